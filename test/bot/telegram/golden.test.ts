import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Api, InputFile } from 'grammy';
import { changeCard } from '#bot/cards/change';
import { refusalCard } from '#bot/cards/refusal';
import { wordsOf } from '#bot/cards/words';
import type { Card } from '#bot/chat/card';
import { roomOf } from '#bot/chat/chat';
import { LIMITS } from '#bot/telegram/limits';
import { render } from '#bot/telegram/render';
import { Change } from '#policies/change/change';
import type { State } from '#policies/change/state';
import { Plan } from '#policies/plan';
import { type FakeTelegram, startFakeTelegram } from '#test/fake/telegram/telegram';
import { EVERYBODY } from '../../policies/people.ts';

const NOW = 1_790_000_000_000;
const PLAN_HASH = '3f9a'.repeat(16);
const words = wordsOf('en');

const plan = (content: string): Plan =>
  Plan.parse({
    change: 'a'.repeat(20),
    action: 'guest.stop',
    target: { kind: 'guest', site: 'home', vmid: 101 },
    node: 'pve1',
    params: {},
    name: 'web-01',
    basis: [],
    effects: [
      {
        kind: 'file',
        path: '/etc/apt/apt.conf.d/99quorate',
        before: null,
        after: { content, sha256: 'f'.repeat(64), mode: 0o644, uid: 0, gid: 0 },
      },
      {
        kind: 'api',
        call: { method: 'POST', path: '/nodes/pve1/qemu/101/status/stop', params: {} },
        answer: 'task',
        diff: [{ key: 'status', before: 'running', after: 'stopped' }],
        inverse: null,
      },
    ],
    probes: [{ probe: 'guest-status', want: 'stopped' }],
    checks: [],
    blast: [{ blast: 'guest-stops', vmid: 101, name: '<b>@everyone' }],
    risk: 'high',
    undo: { possible: true },
    madeAt: NOW,
  });

const agreed = { plan: PLAN_HASH, votes: [] };
const vote = { person: 'ada', plan: PLAN_HASH, role: 'admin', groups: [], at: NOW, verdict: 'approve' };
const waiting = {
  ...agreed,
  needs: [{ role: 'admin', count: 2 }],
  voteValidFor: 900_000,
  confirm: false,
  alone: false,
  from: NOW,
  until: NOW + 900_000,
};
const seen = [{ probe: { probe: 'guest-status', want: 'stopped' }, ok: true, saw: 'stopped' }];
const task = {
  failure: 'task',
  upid: 'UPID:pve1:0',
  exit: 'got no answer',
  log: ['trying', 'lock <x> & "y"'],
};

/** The card of change 12 in a state. States come as plain objects and are read by the schema of a change. */
const inState = (
  state: { state: State['state'] } & Record<string, unknown>,
  content = 'APT::No "x";\n',
  reason: string | null = null,
): Card => {
  const change = Change.parse({
    id: 'a'.repeat(20),
    no: 12,
    version: 3,
    action: 'guest.stop',
    target: { kind: 'guest', site: 'home', vmid: 101 },
    params: {},
    requester: 'omar',
    chat: { platform: 'telegram', id: '-100' },
    worker: 'node.home.pve1',
    rules: 'r',
    undoes: null,
    reason,
    openedAt: NOW,
    changedAt: NOW,
    state,
  });
  return changeCard({
    words,
    view: { change, plan: plan(content), name: 'web-01', people: EVERYBODY, now: NOW },
    room: roomOf(LIMITS),
    token: (verb) => `token-${verb}`,
    sha256: (text) => hash('sha256', text),
  });
};

const long = Array.from({ length: 90 }, (_, index) => `Line::${index} "${'x'.repeat(60)}";\n`).join('');
const cards: Readonly<Record<string, Card>> = {
  planning: inState({ state: 'planning', until: NOW + 60_000 }),
  awaiting: inState({ state: 'awaiting', ...waiting }),
  'awaiting-long-diff': inState({ state: 'awaiting', ...waiting }, long),
  'awaiting-all-terms': inState(
    { state: 'awaiting', ...waiting, confirm: true, from: NOW + 3_600_000 },
    undefined,
    'the disk <b>is</b> @everyone replaced',
  ),
  'awaiting-alone': inState({ state: 'awaiting', ...waiting, needs: [], confirm: true, alone: true }),
  'one-vote': inState({ state: 'awaiting', ...waiting, votes: [vote] }),
  running: inState({ state: 'running', ...agreed, step: 1, upid: null, since: NOW }),
  unknown: inState({ state: 'unknown', ...agreed, why: 'answer-lost', since: NOW }),
  succeeded: inState({ state: 'succeeded', ...agreed, outcome: { end: 'succeeded', seen, upids: [] } }),
  failed: inState({
    state: 'failed',
    ...agreed,
    outcome: { end: 'failed', step: 1, failure: task, seen: [], upids: [] },
  }),
  expired: inState({ state: 'expired', was: 'awaiting' }),
  refusal: refusalCard(words, { no: 'stale-button' }),
};

/** What is sent, to be read by people who review a change of it. */
const written = (card: Card): string => {
  const { html, markup, file } = render(card);
  const rows = markup.reply_markup.inline_keyboard.map((row) =>
    row.map((button) => `[${button.text}${button.style === undefined ? '' : ` ${button.style}`}]`).join(' '),
  );
  const attached = file === null ? [] : [`file ${file.name}, ${file.text.split('\n').length} lines`];
  return `${[html, ...rows, ...attached].join('\n')}\n`;
};

let telegram: FakeTelegram;
before(async () => {
  telegram = await startFakeTelegram();
});
after(() => telegram.close());

for (const [name, card] of Object.entries(cards))
  test(`the card "${name}" looks as recorded, and the server takes it`, async (t) => {
    t.assert.fileSnapshot(written(card), join(import.meta.dirname, `../../golden/telegram/${name}.txt`), {
      serializers: [String],
    });
    const api = new Api(telegram.token, { apiRoot: telegram.apiRoot });
    const chat = telegram.addGroup('ops', []);
    const { html, markup, file } = render(card);
    await api.sendMessage(chat.id, html, markup);
    if (file !== null) await api.sendDocument(chat.id, new InputFile(Buffer.from(file.text), file.name));
    assert.ok(!telegram.messages(chat)[0]?.entities.some((entity) => entity.type === 'mention'));
  });
