import type { webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Dropped, Intent } from '../chat/intent.ts';
import type { Directs } from './directs.ts';
import { KEPT } from './limits.ts';
import { whyOf } from './settle.ts';

type Why = Dropped['dropped'];

/** Lets an intent in, with its person's language, or says why not. Where Slack cannot be asked nobody is let in. */
export type Door = (intent: Intent) => Promise<Intent | Dropped>;

type Doorkeeper = {
  readonly asks: webApi.WebClient;
  readonly directs: Directs;
  readonly team: string;
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn'>;
};

/** Whoever may come in, and their language; or why not. */
type Known = { readonly locale: string | null } | { readonly why: Why };

type User = NonNullable<webApi.UsersInfoResponse['user']>;

const isForeign = (user: User, team: string): boolean => user.team_id !== team || user.is_stranger === true;
const isGuest = (user: User): boolean => user.is_restricted === true || user.is_ultra_restricted === true;

/** Only a full member of this very workspace, who is a person and still there. */
const judge = (user: User | undefined, id: string, team: string): Known => {
  if (user?.id !== id) return { why: 'unverified' };
  if (user.is_bot === true || user.is_workflow_bot === true || user.deleted === true) return { why: 'bot' };
  if (isForeign(user, team)) return { why: 'foreign' };
  return isGuest(user) ? { why: 'guest' } : { locale: user.locale ?? null };
};

/** Answers that are kept for {@link KEPT}; a failed question is asked again with the next intent. */
const keeping = <T>(ask: (id: string) => Promise<T>, now: () => number): ((id: string) => Promise<T>) => {
  const kept = new Map<string, { readonly until: number; readonly answer: Promise<T> }>();
  return (id) => {
    for (const [old, { until }] of kept) if (until <= now()) kept.delete(old);
    const known = kept.get(id);
    if (known) return known.answer;
    const answer = ask(id);
    kept.set(id, { until: now() + KEPT, answer });
    answer.catch(() => kept.delete(id));
    return answer;
  };
};

/** Opens the door: what no payload says of a person and a channel is asked, at most once in {@link KEPT}. */
export const openDoor = ({ asks, directs, team, now, log }: Doorkeeper): Door => {
  const person = keeping(async (user): Promise<Known> => {
    const { user: found } = await asks.users.info({ user, include_locale: true });
    return judge(found, user, team);
  }, now);
  const room = keeping(async (channel): Promise<Why | null> => {
    const { channel: found } = await asks.conversations.info({ channel });
    return found?.is_ext_shared === true ? 'foreign' : null;
  }, now);
  // A slash command may be typed in any direct message, that of two other people too.
  const where = async ({ place, account }: Intent): Promise<Why | null> => {
    if (!place.private) return room(place.chat);
    return (await directs(account.id)) === place.chat ? null : 'chat-not-allowed';
  };
  return async (intent) => {
    try {
      const [known, why] = await Promise.all([person(intent.account.id), where(intent)]);
      if ('why' in known) return { dropped: known.why };
      return why === null ? { ...intent, locale: known.locale } : { dropped: why };
    } catch (error) {
      log.warn({ why: whyOf(error) }, 'slack could not be asked who it is');
      return { dropped: 'unverified' };
    }
  };
};
