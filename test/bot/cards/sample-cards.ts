import { hash } from 'node:crypto';
import { backupsCard, failedBackupsCard, missingBackupsCard } from '#bot/cards/backups';
import { changeCard } from '#bot/cards/change';
import { downLines } from '#bot/cards/down';
import { glassNotice } from '#bot/cards/glass';
import { guestCard, guestsCard } from '#bot/cards/guests';
import { helpCard, helpOfCard } from '#bot/cards/help';
import { auditCard, changeRow, changesCard } from '#bot/cards/history';
import { page } from '#bot/cards/look';
import { noticeCard } from '#bot/cards/notice';
import { peopleCard } from '#bot/cards/people';
import { refusalCard } from '#bot/cards/refusal';
import { statusCard } from '#bot/cards/status';
import { whyCard } from '#bot/cards/why';
import { type Words, wordsOf } from '#bot/cards/words';
import type { Card } from '#bot/chat/card';
import { type Limits, roomOf } from '#bot/chat/chat';
import { Zone } from '#policies/calendar/zone';
import { Change } from '#policies/change/change';
import type { State, StateName } from '#policies/change/state';
import { Account } from '#policies/person';
import { Plan } from '#policies/plan';
import type { Refusal } from '#policies/refusal';
import { twoPerson } from '../../db/ledger/stage.ts';
import { EVERYBODY } from '../../policies/people.ts';
import { around, NOW, STATE_NAMES, sampleChange, sampleInventory, samplePlan } from './sample.ts';

type Drawing = { readonly words: Words; readonly limits: Limits };
type Cards = Readonly<Record<string, Card>>;

const sha256 = (text: string): string => hash('sha256', text);

/** Change 12 in a state, with some of it otherwise. */
const changed = (state: StateName, more: object = {}, inState: object = {}): Change => {
  const change = sampleChange(state);
  return Change.parse({ ...change, ...more, state: { ...change.state, ...inState } });
};

const viewOf = (change: Change, plan: Plan = samplePlan) => ({
  change,
  plan: 'plan' in change.state ? plan : null,
  name: 'web-01',
  people: EVERYBODY,
  standIns: [],
  now: NOW,
  around,
});

const drawn = ({ words, limits }: Drawing, view: Parameters<typeof changeCard>[0]['view']): Card =>
  changeCard({ words, view, room: roomOf(limits), token: (verb) => `token-${verb}`, sha256 });

const longFile = Array.from({ length: 90 }, (_, index) => `Line::${index} "${'x'.repeat(60)}";\n`).join('');

/** Writes a file whose diff fits no card. */
const longPlan = Plan.parse({
  ...samplePlan,
  effects: samplePlan.effects.map((effect) =>
    effect.kind === 'file' && effect.after
      ? { ...effect, after: { ...effect.after, content: longFile } }
      : effect,
  ),
});

const HOSTILE = '<b>@everyone</b> <!channel> ``` [x](http://x.y) ‮/stop 101';

/** Its target's name and the reason are of somebody who means harm. */
const hostilePlan = Plan.parse({
  ...samplePlan,
  name: HOSTILE,
  blast: [{ blast: 'guest-stops', vmid: 101, name: HOSTILE }],
});

const changeCards = (drawing: Drawing): Cards => {
  const card = (state: State['state'], more?: object, inState?: object): Card =>
    drawn(drawing, viewOf(changed(state, more, inState)));
  return {
    ...Object.fromEntries(STATE_NAMES.map((state) => [`change-${state}`, card(state)])),
    'change-awaiting-nobody-yet': card('awaiting', {}, { votes: [] }),
    'change-awaiting-alone': card('awaiting', {}, { votes: [], needs: [], confirm: true, alone: true }),
    'change-awaiting-all-terms': card(
      'awaiting',
      { reason: 'the disk is to be replaced' },
      { confirm: true, secondFactor: true, from: NOW + 3_600_000 },
    ),
    'change-awaiting-long-diff': drawn(drawing, viewOf(changed('awaiting'), longPlan)),
    'change-awaiting-hostile': drawn(drawing, {
      ...viewOf(changed('awaiting', { reason: HOSTILE }), hostilePlan),
      name: HOSTILE,
    }),
    'change-awaiting-at': drawn(drawing, {
      ...viewOf(changed('awaiting', { runAt: NOW + 8 * 3_600_000 })),
      around: { clock: '2026-09-22 00:13 Europe/Berlin', others: [7, 9], asked: 6, numbers: new Map() },
    }),
  };
};

/** The status where one platform is not connected and another is shared with somebody. */
export const downCard = (words: Words): Card =>
  statusCard(words, sampleInventory(), {
    now: NOW,
    open: 1,
    frozen: [],
    builtIn: false,
    owed: [],
    mode: null,
    health: null,
    down: downLines(words, [
      { platform: 'discord', why: 'not-connected', since: NOW - 60_000 },
      { platform: 'telegram', why: 'rival', since: NOW - 120_000 },
    ]),
  });

const siteCards = ({ words }: Drawing): Cards => {
  const inventory = sampleInventory();
  const own = {
    now: NOW,
    open: 1,
    frozen: [],
    builtIn: false,
    owed: [],
    down: [],
    mode: null,
    health: null,
  } as const;
  const guest = inventory.guests.known ? inventory.guests.value[1] : undefined;
  if (!guest) throw new Error('the sample site has guests');
  const frozen = [{ by: 'ada', reason: 'audit', until: NOW + 3_600_000 }];
  const row = changeRow(words, sampleChange('succeeded'), EVERYBODY, 'web-01');
  return {
    status: statusCard(words, inventory, own),
    'status-frozen': statusCard(words, inventory, {
      ...own,
      frozen,
      builtIn: true,
      owed: [{ no: 7, due: NOW }],
      mode: words.say('mode.of-file', { where: 'home', mode: 'read_only' }),
    }),
    'status-down': downCard(words),
    'status-bound': statusCard(words, sampleInventory(), { ...own, health: 'degraded' }),
    guests: guestsCard(words, inventory),
    guest: guestCard(words, guest, inventory, [row]),
    backups: backupsCard(words, inventory, NOW),
    'backups-missing': missingBackupsCard(words, inventory),
    'backups-failed': failedBackupsCard(words, inventory),
  };
};

const listCards = ({ words }: Drawing): Cards => {
  const rows = STATE_NAMES.map((state) => changeRow(words, sampleChange(state), EVERYBODY, 'web-01'));
  const accounts = [
    { person: 'ada', account: Account.parse({ platform: 'telegram', tenant: '', id: '12345' }) },
  ];
  const record = (seq: number, kind: string, actor: string, rest: string) => ({
    seq,
    at: NOW - (20 - seq) * 60_000,
    kind,
    actor,
    rest,
  });
  const records = [
    record(12, 'change.vote', 'ada', ' home/101 no=12'),
    record(11, 'command.refused', 'telegram::6789', ' why=not-linked'),
    record(10, 'change.opened', 'omar', ' home/101 no=12 action=guest.stop'),
  ];
  const asked = { rules: twoPerson(), ids: ['high-risk'], refusal: null };
  return {
    changes: changesCard(words, rows, { owed: [{ no: 7, due: NOW }], whole: true }),
    'changes-none': changesCard(words, [], { owed: [], whole: false }),
    audit: auditCard(words, records, '101', 10),
    why: whyCard(words, viewOf(sampleChange('awaiting')), { asked, since: null, mode: null, hint: [] }),
    people: peopleCard(words, EVERYBODY, accounts),
  };
};

/** Those that people meet most, and one of each length. */
const REFUSALS: readonly Refusal[] = [
  { no: 'stale-button' },
  { no: 'not-linked' },
  { no: 'role-too-low', role: 'viewer', needs: 'operator' },
  { no: 'own-request' },
  { no: 'already-voted' },
  { no: 'no-such-guest', text: HOSTILE },
  { no: 'missing-argument', command: 'stop', argument: 'guest' },
  { no: 'unknown-command', command: '/sttatus' },
  { no: 'second-factor', change: 12 },
];

const refusalCards = ({ words }: Drawing): Cards =>
  Object.fromEntries(REFUSALS.map((refusal) => [`refusal-${refusal.no}`, refusalCard(words, refusal)]));

const noticeCards = ({ words, limits }: Drawing): Cards => {
  const digest = '3f9a'.repeat(16);
  const drawing = { words, room: roomOf(limits), sha256 };
  const complaints = [{ at: 'rules[2].need', line: 14, expected: 'a list of slots' }];
  const account = {
    notice: 'account-linked',
    account: 'telegram::12345',
    person: 'kim',
    by: 'ada',
  } as const;
  const change = changed('running', {
    glass: [
      { plan: digest, by: 'omar', reason: 'disk is full', at: NOW, due: NOW + 86_400_000, review: null },
    ],
  });
  const told = { kind: 'glass-broken', change, name: 'web-01', people: EVERYBODY } as const;
  return {
    'notice-rules-first': noticeCard(drawing, { notice: 'rules-first', digest }),
    'notice-rules-broken': noticeCard(drawing, { notice: 'rules-broken', complaints }),
    'notice-account-linked': noticeCard(drawing, account),
    'notice-glass-broken': glassNotice(words, told),
  };
};

const HELPED: Parameters<typeof helpCard>[1] = [
  {
    group: 'look',
    names: ['status', 'guests', 'guest', 'backups', 'changes', 'change', 'why', 'audit', 'rules'],
  },
  {
    group: 'ask',
    names: ['start', 'shutdown', 'reboot', 'stop', 'snapshot', 'rollback', 'set', 'migrate', 'undo'],
  },
  { group: 'agree', names: ['approve', 'confirm', 'deny', 'code', 'withdraw', 'keep', 'revert'] },
  { group: 'you', names: ['whoami', 'language', 'link', 'help'] },
];

const answerCards = ({ words }: Drawing): Cards => ({
  help: helpCard(words, HELPED, Zone.parse('Europe/Berlin')),
  'help-of': helpOfCard(words, { name: 'snapshot', usage: 'snapshot ID NAME' }),
  'answer-asked': page('neutral', words.say('done.asked', { no: '12' }), []),
  'answer-approved': page('good', words.say('done.approved', { missing: 1 }), []),
});

/**
 * Every kind of card there is, as neutral code draws it for a platform with these limits, by a name that can be a file's. Buttons
 * have the token `token-VERB`. Names stay; cards may come to be more.
 */
export const sampleCards = (locale: string, limits: Limits): Cards => sampleCardsIn(wordsOf(locale), limits);

/** The same with words that need not be those of a language. */
export const sampleCardsIn = (words: Words, limits: Limits): Cards => {
  const drawing = { words, limits };
  const parts = [changeCards, siteCards, listCards, refusalCards, noticeCards, answerCards];
  return Object.assign({}, ...parts.map((draw) => draw(drawing)));
};
