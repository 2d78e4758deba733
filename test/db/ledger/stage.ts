import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readRules } from '#bot/rules-file';
import { type Authority, openAuthority } from '#db/ledger/authority';
import { openChange } from '#db/ledger/changes';
import { type Ledger, systemRandom } from '#db/ledger/ledger';
import { putPerson } from '#db/ledger/people';
import { takeReport } from '#db/ledger/reports';
import { putRulesInForce } from '#db/ledger/rules-in-force';
import { openDatabase } from '#db/open';
import type { ActionName } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { Inventory } from '#policies/inventory';
import type { Json } from '#policies/json';
import type { Person } from '#policies/person';
import { Plan } from '#policies/plan';
import type { Report } from '#policies/report';
import type { Rules } from '#policies/rules/schema';
import { Target } from '#policies/target';
import { SCRATCH } from '#test/fixture/scratch';
import { someInventory } from '../../fake/worker.ts';
import { EVERYBODY } from '../../policies/people.ts';

/** The worker that the stage's changes are given to. */
export const WORKER = 'node.home.pve1';
const START = 1_790_000_000_000;
const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** The preset that most tests play under. */
export const twoPerson = (): Rules => {
  const rules = readRules('two-person');
  if (!rules.ok) throw new Error('the preset cannot be read');
  return rules.value;
};

let template: string | undefined;

/** A migrated ledger without a row, made once; copying it is many times faster than migrating. */
const emptyLedger = (): string => {
  if (template) return template;
  const folder = mkdtempSync(join(SCRATCH, 'quorate-template-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  template = join(folder, 'ledger.sqlite');
  openDatabase({ path: template, migrations: 'ledger', now: () => START }).close();
  return template;
};

/** A real ledger file with people, a worker and an inventory; time only passes when a test lets it. */
export const openStage = (
  people: readonly Person[] = EVERYBODY,
  rules: Rules = twoPerson(),
  beneath = SCRATCH,
) => {
  const folder = mkdtempSync(join(beneath, 'quorate-stage-'));
  const path = join(folder, 'ledger.sqlite');
  copyFileSync(emptyLedger(), path);
  let at = START;
  let letters = 0;
  const now = (): number => at;
  const open = (): Ledger => ({
    db: openDatabase({ path, migrations: 'ledger', now }),
    now,
    random: systemRandom,
  });
  let ledger = open();
  putRulesInForce(ledger, rules, { cli: 'test' });
  let authority: Authority = openAuthority(ledger, privateKey);

  const letter = (report: Report, from = WORKER) => ({
    id: `letter-${++letters}`,
    from,
    to: 'bot',
    at,
    body: report as unknown as Json, // reports are plain JSON
  });
  const tell = (report: Report, from?: string): boolean =>
    takeReport(ledger, authority, letter(report, from));
  for (const person of people) putPerson(ledger, person, { cli: 'test' });
  const { site } = someInventory(at);
  const node = Plan.shape.node.parse('pve1');
  tell({ report: 'hello', site, node, address: WORKER, simulated: true, canAct: true, recipes: [] });
  tell({ report: 'inventory', inventory: Inventory.parse(someInventory(at)) });

  return {
    path,
    publicKey,
    get ledger() {
      return ledger;
    },
    get authority() {
      return authority;
    },
    letter,
    tell,
    /** Lets time pass (ms). */
    skip: (ms: number): void => {
      at += ms;
    },
    /** Closes the file and opens it again, as a restart does. */
    restart: (): void => {
      ledger.db.close();
      ledger = open();
      authority = openAuthority(ledger, privateKey);
    },
    /** Other rules are in force from now on. */
    rule: (next: Rules): void => {
      putRulesInForce(ledger, next, { cli: 'test' });
    },
    /** A change somebody asked for, with its card wanted in the chat `ops`. */
    ask: (
      requester: Person,
      vmid = 101,
      action: ActionName = 'guest.stop',
      runAt: number | null = null,
    ): Change =>
      openChange(
        ledger,
        {
          action,
          target: Target.parse({ kind: 'guest', site: 'home', vmid }),
          params: {},
          requester: requester.id,
          chat: { platform: 'test', chat: 'ops' },
          worker: WORKER,
          rules: authority.digest,
          undoes: null,
          reason: null,
          runAt,
          watchers: [{ platform: 'test', chat: 'ops' }],
        },
        { person: requester.id },
      ),
    close: (): void => {
      ledger.db.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** A ledger on a stage. */
export type Stage = ReturnType<typeof openStage>;
