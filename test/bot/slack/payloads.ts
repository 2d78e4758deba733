/** Payloads as Slack sends them over Socket Mode: https://docs.slack.dev/reference/events and /interactivity, with our ids. */

const wrapper = {
  token: 'XXYYZZ',
  team_id: 'T0HOME',
  api_app_id: 'A0APP',
  type: 'event_callback',
  event_id: 'Ev0PV52K25',
  event_time: 1_790_000_000,
  authorizations: [
    { enterprise_id: null, team_id: 'T0HOME', user_id: 'U0BOT', is_bot: true, is_enterprise_install: false },
  ],
  is_ext_shared_channel: false,
  event_context: '4-eyJldCI6ImFwcF9tZW50aW9uIn0',
};

const said = {
  user: 'U0OMAR',
  ts: '1790000000.000100',
  client_msg_id: 'a8bbc5e8-5b5c-4b8e-9a5e-6a3b1f1c1a3b',
  text: '<@U0BOT> stop 101',
  team: 'T0HOME',
  blocks: [
    {
      type: 'rich_text',
      block_id: 'ibQ',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'user', user_id: 'U0BOT' },
            { type: 'text', text: ' stop 101' },
          ],
        },
      ],
    },
  ],
  channel: 'C0OPS',
  event_ts: '1790000000.000100',
};

export const MENTION = { ...wrapper, event: { type: 'app_mention', ...said } };

export const DIRECT = {
  ...wrapper,
  event_id: 'Ev0PV52K26',
  event: { type: 'message', ...said, text: 'whoami', channel: 'D0OMAR', channel_type: 'im' },
};

export const SLASH = {
  token: 'XXYYZZ',
  team_id: 'T0HOME',
  team_domain: 'home',
  channel_id: 'C0OPS',
  channel_name: 'ops',
  user_id: 'U0OMAR',
  user_name: 'ada',
  command: '/pve',
  text: 'stop 101',
  api_app_id: 'A0APP',
  is_enterprise_install: 'false',
  response_url: 'https://hooks.slack.com/commands/T0HOME/1/abc',
  trigger_id: '1.2.slash',
};

export const PRESS = {
  type: 'block_actions',
  user: { id: 'U0OMAR', username: 'ada', name: 'ada', team_id: 'T0HOME' },
  api_app_id: 'A0APP',
  token: 'XXYYZZ',
  container: { type: 'message', message_ts: '1790000000.000200', channel_id: 'C0OPS', is_ephemeral: false },
  trigger_id: '1.2.press',
  team: { id: 'T0HOME', domain: 'home' },
  enterprise: null,
  is_enterprise_install: false,
  channel: { id: 'C0OPS', name: 'ops' },
  message: {
    bot_id: 'B0BOT',
    type: 'message',
    text: 'plan',
    user: 'U0BOT',
    ts: '1790000000.000200',
    app_id: 'A0APP',
    team: 'T0HOME',
    blocks: [],
  },
  state: { values: {} },
  response_url: 'https://hooks.slack.com/actions/T0HOME/2/def',
  actions: [
    {
      action_id: 'quorate:0',
      block_id: 'AbC',
      text: { type: 'plain_text', text: 'Approve', emoji: false },
      value: 'token-a',
      style: 'primary',
      type: 'button',
      action_ts: '1790000001.500000',
    },
  ],
};
