import type { webApi } from '@slack/bolt';

/** The channel of the direct message with a person; rejects where Slack gives none. Kept, since it never changes. */
export type Directs = (user: string) => Promise<string>;

export const openDirects = (client: webApi.WebClient): Directs => {
  const known = new Map<string, Promise<string>>();
  const ask = async (user: string): Promise<string> => {
    const { channel } = await client.conversations.open({ users: user });
    if (channel?.id === undefined) throw new Error('conversations.open named no channel');
    return channel.id;
  };
  return (user) => {
    const direct = known.get(user) ?? ask(user);
    known.set(user, direct);
    direct.catch(() => known.delete(user));
    return direct;
  };
};
