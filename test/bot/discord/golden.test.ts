import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { REST, type RESTPostAPIChannelMessageJSONBody, Routes } from 'discord.js';
import { changeCard } from '#bot/cards/change';
import { refusalCard } from '#bot/cards/refusal';
import { whyCard } from '#bot/cards/why';
import { wordsOf } from '#bot/cards/words';
import type { Card } from '#bot/chat/card';
import { roomOf } from '#bot/chat/chat';
import { sightOf } from '#bot/commands/sight';
import { COMMANDS } from '#bot/commands/table';
import { LIMITS } from '#bot/discord/limits';
import { messageOf } from '#bot/discord/post';
import { render } from '#bot/discord/render';
import type { StateName } from '#policies/change/state';
import { Account } from '#policies/person';
import type { Plan } from '#policies/plan';
import { flat } from '#test/fake/discord/components';
import { type FakeDiscord, startFakeDiscord } from '#test/fake/discord/discord';
import { openStage, type Stage, twoPerson } from '../../db/ledger/stage.ts';
import { EVERYBODY, omar, vera } from '../../policies/people.ts';
import { hostChangeCards } from '../cards/host-change-cards.ts';
import { around, NOW, STATE_NAMES, sampleChange, sampleInventory, samplePlan } from '../cards/sample.ts';
import { downCard } from '../cards/sample-cards.ts';

const viewIn = (state: StateName, plan: Plan = samplePlan) => {
  const change = sampleChange(state);
  return {
    change,
    plan: 'plan' in change.state ? plan : null,
    name: 'web-01',
    people: EVERYBODY,
    standIns: [],
    now: NOW,
    around,
  };
};

const drawn = (view: ReturnType<typeof viewIn>, locale: string): Card =>
  changeCard({
    words: wordsOf(locale),
    view,
    room: roomOf(LIMITS),
    token: (verb) => `token-${verb}`,
    sha256: (text) => hash('sha256', text),
  });

const long = Array.from({ length: 90 }, (_, index) => `Line::${index} "${'x'.repeat(60)}";\n`).join('');
const longPlan: Plan = {
  ...samplePlan,
  effects: samplePlan.effects.map((effect) =>
    effect.kind === 'file' && effect.after
      ? { ...effect, after: { ...effect.after, content: long } }
      : effect,
  ),
  blast: [{ blast: 'guest-stops', vmid: 101, name: '**@everyone** <@1> [x](https://a.test)' }],
};

const asked = { rules: twoPerson(), ids: ['high-risk'], refusal: null };
const cards: { readonly [name: string]: Card } = {
  ...Object.fromEntries(STATE_NAMES.map((state) => [`change-${state}`, drawn(viewIn(state), 'en')])),
  'change-awaiting.es': drawn(viewIn('awaiting'), 'es'),
  'change-awaiting-long': drawn(viewIn('awaiting', longPlan), 'en'),
  'why-awaiting': whyCard(wordsOf('en'), viewIn('awaiting'), { asked, since: null, mode: null, hint: [] }),
  ...hostChangeCards(LIMITS),
  'status-down': downCard(wordsOf('en')),
  'status-down.es': downCard(wordsOf('es')),
  refusal: refusalCard(wordsOf('en'), { no: 'stale-button' }),
};

const STYLES: { readonly [style: string]: string } = { 2: '', 3: ' success', 4: ' danger' };

/** What is sent, to be read by people who review a change of it. */
const written = (card: Card): string => {
  const { body, file } = render(card);
  const [container] = body.components;
  const parts = container.components.flatMap((part) => {
    if (part.type === 10) return [part.content];
    if (part.type !== 1) return [];
    return [
      flat(part.components)
        .map((one) => `[${String(one['label'])}${STYLES[String(one['style'])]}]`)
        .join(' '),
    ];
  });
  const attached = file === null ? [] : [`file ${file.name}, ${file.text.split('\n').length} lines`];
  return `${[`#${container.accent_color?.toString(16)}`, ...parts, ...attached].join('\n--\n')}\n`;
};

let discord: FakeDiscord;
let rest: REST;
before(async () => {
  discord = await startFakeDiscord();
  rest = new REST({ api: discord.api, retries: 0 }).setToken(discord.token);
});
after(() => discord.close());

const holds = async (t: test.TestContext, name: string, card: Card): Promise<void> => {
  t.assert.fileSnapshot(written(card), join(import.meta.dirname, `../../golden/discord/${name}.txt`), {
    serializers: [String],
  });
  const ops = discord.addChannel('ops');
  const { body, files } = messageOf(render(card));
  const typed = body satisfies RESTPostAPIChannelMessageJSONBody;
  await rest.post(Routes.channelMessages(ops.id), { body: typed, files });
  const [seen] = discord.messages(ops);
  assert.deepEqual([seen?.live, seen?.pings], [[], false]);
};

describe('the card', () => {
  for (const [name, card] of Object.entries(cards))
    test(`"${name}" looks as recorded, and the server takes it`, (t) => holds(t, name, card));
});

describe('the answer', () => {
  let stage: Stage;
  before(() => {
    stage = openStage();
    stage.skip(NOW - stage.ledger.now());
    stage.ask(omar, 102, 'guest.start');
  });
  after(() => stage.close());

  const answer = (line: string, locale: string): Card => {
    const [name = '', ...args] = line.split(' ');
    const command = COMMANDS.find((each) => each.name === name) ?? assert.fail(name);
    const { ledger, authority } = stage;
    const office = { ledger, authority, inventories: () => [sampleInventory()], watching: [], locale };
    const said = command.run(
      {
        office,
        person: vera,
        sight: sightOf(office, vera),
        account: Account.parse({ platform: 'discord', tenant: '', id: '1' }),
        place: { platform: 'discord', chat: '2', private: false },
        unseen: true,
        actor: { person: 'vera' },
        words: wordsOf(locale),
        now: NOW,
      },
      args,
    );
    return said.ok ? said.value : assert.fail(said.error.no);
  };

  const lines = ['status', 'guests', 'guest 101', 'backups', 'changes', 'audit', 'help', 'whoami'];
  for (const line of lines)
    test(`to /${line} looks as recorded, and the server takes it`, (t) =>
      holds(t, line.replace(' ', '-'), answer(line, 'en')));
});
