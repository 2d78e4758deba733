import { stringify } from 'yaml';

/** What the app may do, and what each is for: https://docs.slack.dev/reference/scopes. Nothing is asked for that is not used. */
export const SCOPES = [
  'app_mentions:read', // `@quorate status`
  'channels:read', // is a public channel shared with another workspace?
  'chat:write', // cards and answers
  'commands', // the slash command
  'files:write', // the whole diff of a change
  'groups:read', // is a private channel shared?
  'im:history', // what people write to the app directly
  'im:write', // to write to people directly
  'users:read', // is somebody a guest or of another workspace?
] as const;

/** The events that are sent to the app: https://docs.slack.dev/reference/events. */
export const EVENTS = ['app_mention', 'message.im'] as const;

type Naming = {
  /** The slash command, such as `/pve`. */
  readonly command: string;
  /** What the command does, and how it is typed; at most 2,000 and 1,000 UTF-16 units. */
  readonly description: string;
  readonly hint: string;
};

/** The app as Slack makes it from a manifest: https://docs.slack.dev/reference/app-manifest. */
export const manifestOf = ({ command, description, hint }: Naming) => ({
  display_information: { name: 'Quorate', description },
  features: {
    app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
    bot_user: { display_name: 'quorate', always_online: true },
    slash_commands: [{ command, description, usage_hint: hint, should_escape: false }],
  },
  oauth_config: { scopes: { bot: [...SCOPES] } },
  settings: {
    event_subscriptions: { bot_events: [...EVENTS] },
    interactivity: { is_enabled: true },
    org_deploy_enabled: false,
    socket_mode_enabled: true,
    token_rotation_enabled: false,
  },
});

/** The manifest as text to paste. */
export const manifestText = (naming: Naming): string => stringify(manifestOf(naming), { lineWidth: 0 });
