import { z } from 'zod';
import { Chats, chatsOf } from './chats.ts';
import { NodeName, SiteId } from './ids.ts';

const absolute = z.string().startsWith('/', 'an absolute path');

/** Where a secret is kept, never the secret itself: `env:NAME` or `file:/path`. */
export const SecretRef = z
  .string({ error: 'a place of a secret: env:NAME or file:/path' })
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+)$/);
export type SecretRef = z.infer<typeof SecretRef>;

/**
 * How the Proxmox server proves who it is. `fingerprint`: SHA-256 of its certificate as `pvenode cert info` prints it;
 * `ca`: a PEM file such as /etc/pve/pve-root-ca.pem; `system`: the authorities of the operating system.
 */
export const Trust = z.union(
  [
    z.literal('system'),
    z.strictObject({ ca: absolute }),
    z.strictObject({
      fingerprint: z
        .string()
        .regex(/^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$/, 'a SHA-256 fingerprint, 32 bytes as AA:BB:..'),
    }),
  ],
  { error: 'system, { ca: /path.pem } or { fingerprint: "AA:BB:.." }' },
);
export type Trust = z.infer<typeof Trust>;

/**
 * The Proxmox API of the site. `reader` and `actor` are secrets that hold a whole token, `user@realm!name=uuid`; without
 * an actor everything that reads works and everything that changes is refused.
 */
export const ProxmoxSection = z.strictObject({
  url: z.url({ protocol: /^https$/, error: 'an https address such as https://pve1:8006' }),
  trust: Trust,
  reader: SecretRef,
  actor: SecretRef.optional(),
});

/** How bot and worker meet when they are two processes: one of the two, or neither when they share one process. */
export const QueueSection = z.union(
  [z.strictObject({ redis: z.url() }), z.strictObject({ socket: absolute })],
  {
    error: '{ redis: redis://.. } or { socket: /path }',
  },
);

/**
 * The worker of one node. `state` holds its journal; `root` is where absolute paths of host effects begin; `policy` is
 * the node's own floor (node-policy.yaml); `bot_key` the bot's public key as PEM, pinned.
 */
export const WorkerSection = z.strictObject({
  node: NodeName,
  state: absolute,
  root: absolute.default('/'),
  policy: absolute.default('/etc/quorate/node-policy.yaml'),
  bot_key: absolute.optional(),
  /** The node's catalogue of scripts; without the file it has none. */
  scripts: absolute.default('/etc/quorate/scripts.yaml'),
  /** The API is a simulator's; every card then says so. */
  simulated: z.boolean().default(false),
});

/** An id as Discord shows it: longer than a number of YAML is exact, so it stands in quotes. */
const Snowflake = z
  .string({ error: 'an id in quotes' })
  .regex(/^\d{17,20}$/, 'an id of 17 to 20 digits, in quotes');

/** An id of a channel of Slack. */
const SlackChannel = z.string().regex(/^[CG][A-Z0-9]+$/);

/** The bot. `rules` is a preset's name or a path; `chats` are the chats where cards are posted. */
export const BotSection = z.strictObject({
  state: absolute,
  rules: z
    .string({ error: 'two-person, one-admin or an absolute path' })
    .regex(/^(two-person|one-admin|\/.+)$/),
  locale: z
    .string()
    .regex(/^[a-z]{2}(-[A-Z]{2})?$/, 'a language such as "en" or "pt-BR"')
    .default('en'),
  /** The public keys of workers that are processes of their own, by node: those and no others are then believed. */
  worker_keys: z.record(NodeName, absolute).optional(),
  /** The terminal as a chat where people are named: for the demo and for trying rules, never for real approvals. */
  console: z.literal('demo').optional(),
  telegram: z
    .strictObject({
      token: SecretRef,
      /** A Bot API server of one's own instead of Telegram's: https://core.telegram.org/bots/api#using-a-local-bot-api-server */
      api: z.url().optional(),
      /**
       * Messages and edits that a group takes in a minute; Telegram's own figure, which it calls approximate:
       * https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
       */
      per_minute: z.int().min(1).default(20),
      chats: Chats,
    })
    .optional(),
  discord: z
    .strictObject({
      token: SecretRef,
      /** Another server for its API than Discord's. */
      api: z.url().optional(),
      guild: Snowflake,
      channels: chatsOf(Snowflake, 'an id of 17 to 20 digits, in quotes'),
    })
    .optional(),
  slack: z
    .strictObject({
      /** The token of the app as a bot, `xoxb-…`. */
      bot_token: SecretRef,
      /** The token of the app by itself with connections:write, `xapp-…`: https://docs.slack.dev/apis/events-api/using-socket-mode */
      app_token: SecretRef,
      /** Channels where cards are posted, by id: names can change. */
      channels: chatsOf(SlackChannel, 'a channel id such as "C0123456789"'),
      /** The one slash command, under which all is; the manifest names the same. */
      command: z
        .string()
        .regex(/^\/[a-z0-9_-]{1,31}$/, 'a slash command such as "/pve"')
        .default('/pve'),
      /** Posts and edits that the workspace takes in a minute; at least these: https://docs.slack.dev/apis/web-api/rate-limits (tier 3) */
      per_minute: z.int().min(1).default(50),
      /** Another Web API than https://slack.com/api. */
      api: z.url().optional(),
    })
    .optional(),
});

/** The whole of quorate.yaml. A file may lack the section of the room that runs elsewhere; no other key is known. */
export const Config = z.strictObject({
  site: SiteId,
  proxmox: ProxmoxSection.optional(),
  queue: QueueSection.optional(),
  worker: WorkerSection.optional(),
  bot: BotSection.optional(),
});
export type Config = z.infer<typeof Config>;
