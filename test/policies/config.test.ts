import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Config } from '#policies/config';
import { expected } from '#policies/expected';

const CONFIG = {
  site: 'home',
  proxmox: { url: 'https://pve1:8006', trust: 'system', reader: 'env:READER' },
  queue: { socket: '/run/quorate/quorate.sock' },
  worker: { node: 'pve1', state: '/var/lib/quorate' },
  bot: { state: '/var/lib/quorate', rules: 'two-person' },
};

type Section = 'proxmox' | 'worker' | 'bot';

const inSection = (section: Section, more: object) => ({
  ...CONFIG,
  [section]: { ...CONFIG[section], ...more },
});
const inTelegram = (more: object) =>
  inSection('bot', { telegram: { token: 'env:TOKEN', chats: [1], ...more } });

const ID = '123456789012345678';
const inDiscord = (more: object) =>
  inSection('bot', { discord: { token: 'env:TOKEN', guild: ID, channels: [ID], ...more } });
const SLACK = { bot_token: 'env:BOT', app_token: 'env:APP', channels: ['C0123456789'] };
const inSlack = (more: object) => inSection('bot', { slack: { ...SLACK, ...more } });

const read = (config: object) => Config.safeParse(config, { error: expected });
const complaints = (config: object): readonly string[] =>
  (read(config).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

const bytes = Array.from({ length: 32 }, () => 'aB').join(':');
const SECRET = 'a place of a secret: env:NAME or file:/path';
const TRUST = 'system, { ca: /path.pem } or { fingerprint: "AA:BB:.." }';
const FINGERPRINT = 'a SHA-256 fingerprint, 32 bytes as AA:BB:..';
const QUEUE = '{ redis: redis://.. } or { socket: /path }';
const HTTPS = 'an https address such as https://pve1:8006';
const RULES = 'two-person, one-admin or an absolute path';
const LOCALE = 'a language such as "en" or "pt-BR"';
const PATH = 'an absolute path';

const SNOWFLAKE = 'an id of 17 to 20 digits, in quotes';
const CHANNEL = 'a channel id such as "C0123456789"';
const COMMAND = 'a slash command such as "/pve"';
const orSeeing = (id: string): string =>
  `${id}, or { id: …, sees: { pools: [web], guests: [101, "200-209"] } }`;

const trusting = (trust: unknown) => inSection('proxmox', { trust });
const reader = (secret: unknown) => inSection('proxmox', { reader: secret });

/** Places of the file with what may stand there and what may not; what each complaint ends with. */
const PLACES: readonly (readonly [
  place: string,
  says: string,
  config: (value: unknown) => object,
  fine: readonly unknown[],
  wrong: readonly unknown[],
])[] = [
  [
    'proxmox.reader',
    SECRET,
    reader,
    ['env:A', 'env:_a9_B', 'file:/run/secret'],
    ['', 'env:', 'env:9A', 'env:A-B', 'env:A B', 'file:run', 'file:/', 'xenv:A', 'uuid', 7],
  ],
  [
    'proxmox.actor',
    SECRET,
    (actor) => inSection('proxmox', { actor }),
    [undefined, 'env:ACTOR'],
    ['root@pam!q=uuid'],
  ],
  ['proxmox.trust', TRUST, trusting, ['system'], ['', 'none', 7]],
  ['proxmox.trust.ca', PATH, (ca) => trusting({ ca }), ['/etc/pve/pve-root-ca.pem'], ['ca.pem', '']],
  [
    'proxmox.trust.fingerprint',
    FINGERPRINT,
    (fingerprint) => trusting({ fingerprint }),
    [bytes, bytes.toUpperCase()],
    [
      '',
      bytes.slice(3),
      `${bytes}:aB`,
      `x${bytes}`,
      `${bytes}x`,
      bytes.replaceAll(':', ''),
      bytes.replace('aB', 'xy'),
      bytes.replace(/aB$/, 'xy'),
    ],
  ],
  [
    'proxmox.url',
    HTTPS,
    (url) => inSection('proxmox', { url }),
    ['https://pve1:8006', 'https://10.0.0.1:8006'],
    ['http://pve1:8006', 'pve1:8006', 'xhttps://pve1', 'httpss://pve1', ''],
  ],
  [
    'queue',
    QUEUE,
    (queue) => ({ ...CONFIG, queue }),
    [undefined, { redis: 'redis://localhost' }, { socket: '/run/q' }],
    ['redis', {}, { redis: 'redis://a', socket: '/run/q' }],
  ],
  ['queue.socket', PATH, (socket) => ({ ...CONFIG, queue: { socket } }), ['/run/q'], ['run/q']],
  ...['state', 'root', 'policy', 'bot_key'].map(
    (key) =>
      [
        `worker.${key}`,
        PATH,
        (path: unknown) => inSection('worker', { [key]: path }),
        ['/a'],
        ['a', '', './a'],
      ] as const,
  ),
  ['bot.state', PATH, (state) => inSection('bot', { state }), ['/a'], ['a']],
  [
    'bot.rules',
    RULES,
    (rules) => inSection('bot', { rules }),
    ['two-person', 'one-admin', '/etc/rules.yaml'],
    ['', 'three-person', 'rules.yaml', '/', 'xtwo-person', 'one-admins', 7],
  ],
  [
    'bot.locale',
    LOCALE,
    (locale) => inSection('bot', { locale }),
    [undefined, 'en', 'pt-BR'],
    ['', 'e', 'eng', 'EN', 'en-', 'en-us', 'en-USA', 'xen-US', 'pt_BR'],
  ],
  [
    'bot.worker_keys.pve1',
    PATH,
    (key) => inSection('bot', { worker_keys: { pve1: key } }),
    ['/a.pem'],
    ['a.pem'],
  ],
  ['bot.telegram.token', SECRET, (token) => inTelegram({ token }), ['file:/run/token'], ['123:abc']],
  ['bot.telegram.chats', 'at least one chat id', (chats) => inTelegram({ chats }), [[1], ['-100', 2]], [[]]],
  ['bot.telegram.per_minute', 'at least 1', (per_minute) => inTelegram({ per_minute }), [1, undefined], [0]],
  ['bot.discord.token', SECRET, (token) => inDiscord({ token }), ['env:A'], ['abc.def']],
  [
    'bot.discord.guild',
    SNOWFLAKE,
    (guild) => inDiscord({ guild }),
    ['1'.repeat(17), '9'.repeat(20)],
    ['', '1'.repeat(16), '1'.repeat(21), `x${ID}`, `${ID}x`],
  ],
  ['bot.discord.guild', 'an id in quotes', (guild) => inDiscord({ guild }), [ID], [7, null]],
  ['bot.discord.channels', 'at least one chat id', (channels) => inDiscord({ channels }), [[ID]], [[]]],
  [
    'bot.discord.channels.0',
    orSeeing(SNOWFLAKE),
    (channel) => inDiscord({ channels: [channel] }),
    [ID, { id: ID, sees: { guests: [101] } }],
    ['general', 7],
  ],
  ['bot.slack.bot_token', SECRET, (bot_token) => inSlack({ bot_token }), ['env:A'], ['xoxb-1']],
  ['bot.slack.app_token', SECRET, (app_token) => inSlack({ app_token }), ['env:A'], ['xapp-1']],
  [
    'bot.slack.channels.0',
    orSeeing(CHANNEL),
    (channel) => inSlack({ channels: [channel] }),
    ['C0', 'G0123ABC', { id: 'C01', sees: { pools: ['web'] } }],
    ['', 'C', '#general', 'D0123', 'xC0123', 'C0123 ', 'c0123', 7],
  ],
  [
    'bot.slack.command',
    COMMAND,
    (command) => inSlack({ command }),
    [undefined, '/p', '/pve-2_a', `/${'a'.repeat(31)}`],
    ['', '/', 'pve', '/PVE', `/${'a'.repeat(32)}`, 'x/pve', '/pve now'],
  ],
  ['bot.slack.per_minute', 'at least 1', (per_minute) => inSlack({ per_minute }), [1, undefined], [0]],
];

describe('quorate.yaml', () => {
  for (const [place, says, config, fine, wrong] of PLACES) {
    it(`is read where ${place} is ${says}`, () => {
      for (const value of fine) assert.deepEqual(complaints(config(value)), [], JSON.stringify(value));
    });
    it(`is complained about where ${place} is not ${says}`, () => {
      for (const value of wrong)
        assert.deepEqual(complaints(config(value)), [`${place}: ${says}`], JSON.stringify(value));
    });
  }

  it('may leave out what runs elsewhere, and then says what is usual', () => {
    assert.deepEqual(read({ site: 'home' }).data, { site: 'home' });
    const { worker, bot } = Config.parse(CONFIG);
    const usual = {
      root: '/',
      policy: '/etc/quorate/node-policy.yaml',
      scripts: '/etc/quorate/scripts.yaml',
      simulated: false,
    };
    assert.deepEqual(worker, { ...CONFIG.worker, ...usual });
    assert.deepEqual(bot, { ...CONFIG.bot, locale: 'en' });
  });

  it('says of the terminal as a chat that it is for the demo, and of nothing else', () => {
    assert.equal(read(inSection('bot', { console: 'demo' })).success, true);
    assert.equal(read(inSection('bot', { console: true })).success, false);
    assert.equal(read(inSection('worker', { simulated: true })).data?.worker?.simulated, true);
  });

  it('names chats by their ids, as texts', () => {
    const { bot } = Config.parse(inTelegram({ chats: [-100, '7'], api: 'http://localhost:8081' }));
    assert.deepEqual(bot?.telegram, {
      token: 'env:TOKEN',
      per_minute: 20,
      chats: [
        { id: '-100', sees: null },
        { id: '7', sees: null },
      ],
      api: 'http://localhost:8081',
    });
    assert.equal(read(inTelegram({ api: 'localhost' })).success, false);
  });

  it('says what is usual of Discord and Slack, and takes another address for their API', () => {
    const api = 'http://localhost:8081';
    const discord = { token: 'env:TOKEN', guild: ID, channels: [{ id: ID, sees: null }] };
    assert.deepEqual(Config.parse(inDiscord({})).bot?.discord, discord);
    assert.deepEqual(Config.parse(inDiscord({ api })).bot?.discord, { ...discord, api });
    const usual = { command: '/pve', per_minute: 50 };
    const slack = { ...SLACK, ...usual, channels: [{ id: 'C0123456789', sees: null }] };
    assert.deepEqual(Config.parse(inSlack({})).bot?.slack, slack);
    assert.deepEqual(Config.parse(inSlack({ api })).bot?.slack, { ...slack, api });
    for (const inPlatform of [inDiscord, inSlack])
      assert.equal(read(inPlatform({ api: 'localhost' })).success, false);
  });

  it('has no key that nobody reads, in any section', () => {
    const more = { shoe: 44 };
    assert.equal(read({ ...CONFIG, ...more }).success, false);
    for (const section of ['proxmox', 'worker', 'bot'] as const)
      assert.equal(read(inSection(section, more)).success, false, section);
    for (const inPlatform of [inTelegram, inDiscord, inSlack])
      assert.equal(read(inPlatform(more)).success, false);
    assert.equal(read(trusting({ ca: '/a', ...more })).success, false);
    assert.equal(read(trusting({ fingerprint: bytes, ...more })).success, false);
    assert.equal(read({ ...CONFIG, queue: { socket: '/a', ...more } }).success, false);
    assert.equal(read({ ...CONFIG, queue: { redis: 'redis://a', ...more } }).success, false);
    assert.equal(read({ ...CONFIG, queue: { redis: 'a' } }).success, false);
  });
});

describe('What was expected where a schema has no words of its own', () => {
  const says = (config: object): string => complaints(config).join();

  it('is told as the end of a sentence', () => {
    assert.equal(says({ ...CONFIG, worker: 'pve1' }), 'worker: a section of its own');
    assert.equal(says(inSection('worker', { state: 7 })), 'worker.state: a text');
    assert.equal(says(inSection('worker', { simulated: 'no' })), 'worker.simulated: true or false');
    assert.equal(says(inTelegram({ chats: 7 })), 'bot.telegram.chats: a list');
    assert.equal(says(inSection('bot', { console: 'yes' })), 'bot.console: demo');
  });
});
