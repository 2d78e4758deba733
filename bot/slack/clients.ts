import { type Logger as BoltLogger, LogLevel, webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import { WAITS } from './limits.ts';

/** The secrets of the app and where Slack is. */
export type Credentials = {
  /** `xoxb-…`, for the Web API. Neither token appears in an error or a log. */
  readonly botToken: string;
  /** `xapp-…` with the scope connections:write, for the sockets. */
  readonly appToken: string;
  /** Another Web API than Slack's, without a slash at the end. */
  readonly api?: string;
};

/** Slack's own Web API. */
const SLACK = 'https://slack.com/api';

/** Hosts of Slack's that give out response_urls, that of the government's Slack too. */
const HOOKS = /^https:\/\/hooks\.slack(-gov)?\.com\//;

/** Is this an address where Slack takes answers? What a payload says is posted to nowhere else; another API has its own. */
export const isHook = ({ api }: Credentials, url: string): boolean =>
  api === undefined ? HOOKS.test(url) : URL.canParse(url) && new URL(url).origin === new URL(api).origin;

/**
 * What the libraries say, in our log and without secrets. Their debug and info lines are left out: they hold payloads, tickets
 * and headers.
 */
export const quietLogger = (log: Pick<Logger, 'warn'>, { botToken, appToken }: Credentials): BoltLogger => {
  const warn = (...said: unknown[]): void => {
    const text = said.map((one) => (one instanceof Error ? one.message : String(one))).join(' ');
    const why = [botToken, appToken].reduce((left, secret) => left.replaceAll(secret, '•••'), text);
    log.warn({ why: why.replace(/ticket=[\w-]+/g, 'ticket=•••') }, 'slack client');
  };
  const nothing = (): void => {};
  return {
    debug: nothing,
    info: nothing,
    warn,
    error: warn,
    setLevel: nothing,
    setName: nothing,
    getLevel: () => LogLevel.WARN,
  };
};

/**
 * Options of a client that tries once and tells of rate limits. The default retries ten times, which posts twice what was
 * taken and whose answer was lost.
 */
export const onceOptions = (
  { api = SLACK }: Credentials,
  logger: BoltLogger,
  timeout: number,
): webApi.WebClientOptions => ({
  slackApiUrl: `${api}/`,
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout,
  logger,
});

/** `posts` may take long; `asks` must answer within the time of an acknowledgement. */
export type Clients = { readonly posts: webApi.WebClient; readonly asks: webApi.WebClient };

export const openClients = (credentials: Credentials, logger: BoltLogger): Clients => ({
  posts: new webApi.WebClient(credentials.botToken, onceOptions(credentials, logger, WAITS.call)),
  asks: new webApi.WebClient(credentials.botToken, onceOptions(credentials, logger, WAITS.ask)),
});
