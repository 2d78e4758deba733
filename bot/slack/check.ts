import { webApi } from '@slack/bolt';
import type { Checked } from '../chat/check.ts';
import { type Credentials, onceOptions, quietLogger } from './clients.ts';
import { WAITS } from './limits.ts';
import { SCOPES } from './manifest.ts';
import { attempt, whyOf } from './settle.ts';

type Checking = Credentials & { readonly channels: readonly string[] };
type Found = { readonly good: string } | { readonly bad: string };

/** What a refusal lacks, in Slack's own words. */
const saidNo = (failed: unknown): string => {
  const data: object = failed instanceof webApi.WebAPIPlatformError ? failed.data : {};
  const needed = 'needed' in data ? data.needed : undefined;
  return typeof needed === 'string' ? `${whyOf(failed)}: ${needed}` : whyOf(failed);
};

/** The scopes of a token stand in a header of every answer, which the client puts there. */
const scopesOf = ({ response_metadata: more }: webApi.WebAPICallResult): Found => {
  const missing = SCOPES.filter((scope) => !more?.scopes?.includes(scope));
  return missing.length > 0 ? { bad: missing.join(', ') } : { good: SCOPES.join(', ') };
};

const channelFound = ({
  name = '',
  ...channel
}: NonNullable<webApi.ConversationsInfoResponse['channel']>): Found => {
  if (channel.is_archived === true) return { bad: `is_archived (#${name})` };
  if (channel.is_ext_shared === true) return { bad: `is_ext_shared (#${name})` };
  return channel.is_member === true
    ? { good: `#${name}` }
    : { bad: `not_in_channel (#${name}): /invite @quorate` };
};

const checkChannel = async (client: webApi.WebClient, channel: string): Promise<Found> => {
  const info = await attempt(() => client.conversations.info({ channel }));
  if ('failed' in info) return { bad: `${saidNo(info.failed)} (${channel})` };
  return info.result.channel ? channelFound(info.result.channel) : { bad: `channel_not_found (${channel})` };
};

/** Asks for the address of a socket and opens none. */
const checkApp = async (client: webApi.WebClient): Promise<Found> => {
  const opened = await attempt(() => client.apps.connections.open({}));
  return 'failed' in opened ? { bad: saidNo(opened.failed) } : { good: 'connections:write' };
};

/** Looks at both tokens, the scopes, and each channel. Never throws for what Slack says no to. */
export const checkSlack = async (checking: Checking): Promise<readonly Checked[]> => {
  const quiet = quietLogger({ warn: () => {} }, checking);
  const clientOf = (token: string) => new webApi.WebClient(token, onceOptions(checking, quiet, WAITS.call));
  const [bot, app] = [clientOf(checking.botToken), clientOf(checking.appToken)];
  const appToken: Checked = { at: 'bot.slack.app_token', thing: 'app-token', ...(await checkApp(app)) };
  const at = 'bot.slack.bot_token';
  const me = await attempt(() => bot.auth.test());
  if ('failed' in me) return [{ at, thing: 'token', bad: saidNo(me.failed) }, appToken];
  const { user = '', team = '', bot_id: id } = me.result;
  const token: Found = id === undefined ? { bad: 'xoxb-…' } : { good: `@${user}, ${team}` };
  const channels = await Promise.all(
    checking.channels.map(
      async (channel, index): Promise<Checked> => ({
        at: `bot.slack.channels[${index}]`,
        thing: 'chat',
        ...(await checkChannel(bot, channel)),
      }),
    ),
  );
  return [
    { at, thing: 'token', ...token },
    { at, thing: 'scopes', ...scopesOf(me.result) },
    appToken,
    ...channels,
  ];
};
