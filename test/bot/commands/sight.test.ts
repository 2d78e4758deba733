import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { suggest } from '#bot/commands/suggest';
import { COMMANDS } from '#bot/commands/table';
import { dispatch } from '#bot/dispatch';
import type { Office } from '#bot/office';
import { openChange } from '#db/ledger/changes';
import { receive } from '#db/ledger/inbound';
import { inventoryReader } from '#db/ledger/inventory';
import { bindAccount } from '#db/ledger/people';
import type { Inventory } from '#policies/inventory';
import { type Person, ROLES } from '#policies/person';
import { Scope } from '#policies/scope';
import { Target } from '#policies/target';
import { openStage, type Stage, WORKER } from '../../db/ledger/stage.ts';
import { plannedReport, someInventory, somePlan } from '../../fake/worker.ts';
import { EVERYBODY, omar, somebody } from '../../policies/people.ts';
import { MARK, SCOPE, someWorlds, type Worlds } from './made-up-site.ts';

const account = { platform: 'test', tenant: '', id: 'kim' };
const kimAs = (role: Person['role']): Person => somebody('kim', role, { scope: Scope.parse(SCOPE) });

const officeOf = ({ ledger, authority }: Stage): Office => ({
  ledger,
  authority,
  inventories: inventoryReader(ledger),
  watching: [],
  locale: 'en',
});

let events = 0;

/** A change's random id is in its plan's hash, which the answers that are compared show the beginning of. */
const sameHashes = (text: string): string => text.replaceAll(/[0-9a-f]{12}…/g, '…');

/** What a line is answered in private, whole. */
const answer = (office: Office, text: string): string => {
  const place = { platform: 'test', chat: 'kim', private: true };
  const does = { what: 'line', text, unseen: true } as const;
  const intent = { event: `e${++events}`, account, place, at: 0, locale: 'en', does, reply: '' };
  receive(office.ledger, place.platform, intent.event, JSON.stringify(intent));
  const card = dispatch(office, intent);
  assert.ok(card, 'it is answered');
  return sameHashes(JSON.stringify(card));
};

/** Somebody asks to stop a guest, and its plan is made. */
const stop = (stage: Stage, site: string, vmid: number, reason: string): void => {
  const target = Target.parse({ kind: 'guest', site, vmid });
  const change = openChange(
    stage.ledger,
    {
      action: 'guest.stop',
      target,
      params: {},
      requester: omar.id,
      runAt: null,
      chat: { platform: 'test', chat: 'ops' },
      worker: WORKER,
      rules: stage.authority.digest,
      undoes: null,
      reason,
      watchers: [],
    },
    { person: omar.id },
  );
  const { id, action, params } = change;
  stage.tell(
    plannedReport(
      somePlan({ job: 'plan', change: id, action, target, params }, { name: reason, madeAt: id.length }),
    ),
  );
};

type World = {
  readonly inventories: readonly Inventory[];
  readonly role: Person['role'];
  readonly others: readonly number[];
};

/** What is of the person's own guests comes first, so that it has the same numbers whatever else there is. */
const openWorld = (worlds: Worlds, { inventories, role, others }: World): Stage => {
  const stage = openStage([...EVERYBODY, kimAs(role)]);
  stage.ledger.db.sqlite.pragma('synchronous = OFF'); // thousands of lines, and no power cut among them
  bindAccount(stage.ledger, kimAs(role).id, account, { cli: 'test' });
  const [home, ...rest] = inventories;
  if (home) stage.tell({ report: 'inventory', inventory: home });
  for (const vmid of worlds.own) stop(stage, 'home', vmid, 'ours');
  for (const inventory of rest) stage.tell({ report: 'inventory', inventory });
  for (const vmid of others) {
    stop(stage, 'home', vmid, `${MARK}-reason`);
    stop(stage, `${MARK}-lab`, vmid, `${MARK}-reason`);
  }
  return stage;
};

const START = 1_790_000_000_000;

/** Lines that name nothing of anybody else, for every command that there is. */
const plainLines = ({ own }: Worlds): readonly string[] => [
  ...COMMANDS.map(({ name }) => `/${name}`),
  ...['missing', 'failed'].map((what) => `/backups ${what}`),
  ...own.flatMap((vmid, index) => [
    `/guest ${vmid}`,
    `/audit ${vmid}`,
    `/change ${index + 1}`,
    `/why ${index + 1}`,
    `/audit #${index + 1}`,
  ]),
  '/guest twin',
  '/audit kim',
  '/audit omar',
  '/stop twin x',
  '/freeze 1h reason=x',
];

/** Lines that name what is not theirs, by everything that it could be called, for every command that there is. */
const prying = ({ own, secret: all }: Worlds): readonly string[] => {
  const secret = all.slice(0, 1);
  const numbers = secret.flatMap((vmid) => [
    `${vmid}`,
    `home/${vmid}`,
    `${MARK}-lab/${vmid}`,
    `${MARK}guest-${vmid}`,
  ]);
  const changes = secret.flatMap((_, index) => [
    `${own.length + 2 * index + 1}`,
    `#${own.length + 2 * index + 2}`,
  ]);
  const things = [...numbers, ...changes, 'pve1', 'home/pve1', `${MARK}-store`, `${MARK}-pool`, 'omar'];
  return COMMANDS.flatMap(({ name }) => things.map((thing) => `/${name} ${thing}`));
};

/** Everything that is offered to the person who fills the fields of commands, by command and field. */
const offered = (office: Office, typed: string) =>
  COMMANDS.flatMap(({ name: command, options = [] }) =>
    options.map(({ name: option }) => {
      const place = { platform: 'test', chat: 'kim', private: true };
      return [command, option, suggest(office, { account, place, command, option, typed })] as const;
    }),
  );

const sameWhateverElse = (worlds: Worlds, role: Person['role']): void => {
  const whole = openWorld(worlds, { inventories: worlds.whole(START), role, others: worlds.secret });
  const without = openWorld(worlds, { inventories: worlds.without(START), role, others: [] });
  try {
    const [real, twin] = [officeOf(whole), officeOf(without)];
    for (const line of plainLines(worlds)) {
      const said = answer(real, line);
      assert.ok(!said.includes(MARK), `${line} → ${said}`);
      assert.equal(said, answer(twin, line), line);
    }
    for (const line of prying(worlds)) assert.equal(answer(real, line), answer(twin, line), line);
    for (const typed of ['', '1', MARK]) assert.deepEqual(offered(real, typed), offered(twin, typed), typed);
  } finally {
    whole.close();
    without.close();
  }
};

describe('somebody who is bound to some guests', () => {
  it('is answered, whatever they type, as if there were no others', () => {
    fc.assert(fc.property(someWorlds, fc.constantFrom(...ROLES), sameWhateverElse), { numRuns: 30 });
  });

  it('is told that it is unknown which guests are theirs where the guests of a site could not be read', () => {
    const stage = openStage([...EVERYBODY, kimAs('operator')]);
    bindAccount(stage.ledger, kimAs('operator').id, account, { cli: 'test' });
    const guests = { known: false, why: 'forbidden' };
    stage.tell({ report: 'inventory', inventory: someInventory(START, { guests }) });
    stop(stage, 'home', 101, 'by number');
    stop(stage, 'home', 501, 'by pool');
    const office = officeOf(stage);
    try {
      assert.match(answer(office, '/guests'), /may not look/);
      for (const line of ['/changes', '/audit']) {
        const said = answer(office, line);
        assert.match(said, /cannot be told for certain/, line);
        assert.match(said, /home\/101/, line);
        assert.doesNotMatch(said, /home\/501/, line);
      }
      assert.match(answer(office, '/change 2'), /no change/);
    } finally {
      stage.close();
    }
  });
});
