import fc from 'fast-check';
import { Inventory } from '#policies/inventory';
import { someInventory } from '../../fake/worker.ts';

/** What stands in every name, tag, pool, lock, volume and task of a guest that a bound person may not see. */
export const MARK = 'zqx';

const KINDS = { kind: ['qemu', 'lxc'], status: ['running', 'stopped', 'paused', 'unknown'] } as const;

const somebodysGuest = fc.record({
  secret: fc.boolean(),
  kind: fc.constantFrom(...KINDS.kind),
  status: fc.constantFrom(...KINDS.status),
  template: fc.boolean(),
  locked: fc.boolean(),
  /** Bears the name of a guest of the other side. */
  namesake: fc.boolean(),
  /** A bound person has some by their pool and some by their number. */
  byPool: fc.boolean(),
  backupAge: fc.option(fc.integer({ min: 0, max: 4 })),
  failedRun: fc.boolean(),
  covered: fc.boolean(),
});
type Made = typeof somebodysGuest extends fc.Arbitrary<infer T> ? T : never;
type Placed = Made & { readonly vmid: number };

/** Numbers below are the bound person's by number, those from here on never are. */
const OTHERS = 500;

const numbered = (made: readonly Made[]): readonly Placed[] =>
  made.map((one, index) => ({ ...one, vmid: (one.secret || one.byPool ? OTHERS : 100) + index }));

const marked = ({ secret, namesake }: Placed, text: string): string =>
  secret && !namesake ? MARK + text : text;

const guestRow = (one: Placed, at: number) => ({
  vmid: one.vmid,
  kind: one.kind,
  name: one.namesake ? 'twin' : marked(one, `guest-${one.vmid}`),
  node: 'pve1',
  status: one.status,
  template: one.template,
  lock: one.locked ? marked(one, 'backup') : null,
  pool: one.secret ? `${MARK}-pool` : one.byPool ? 'web' : null,
  tags: [one.secret ? `${MARK}-tag` : 'tag'],
  cpu: 0.1,
  memory: 1e9,
  maxMemory: 2e9,
  disk: null,
  maxDisk: 1e10,
  uptime: one.status === 'running' ? at % 1000 : null,
});

const backupRow = (one: Placed, at: number) => ({
  vmid: one.vmid,
  storage: one.secret ? `${MARK}-store` : 'local',
  volid: marked(one, `vzdump-${one.vmid}`),
  at: at - (one.backupAge ?? 0) * 20 * 3_600_000,
  size: one.vmid,
  protected: false,
});

const runRow = (one: Placed, at: number) => ({
  upid: `u${one.vmid}`,
  node: 'pve1',
  vmid: one.vmid,
  at: at - 1000,
  ok: false,
  exit: one.secret ? `${MARK} is full` : 'job errors',
});

const known = <T>(value: readonly T[]) => ({ known: true, value });

const siteOf = (site: string, guests: readonly Placed[], at: number): Inventory =>
  Inventory.parse({
    ...someInventory(at),
    site,
    guests: known(guests.map((one) => guestRow(one, at))),
    backups: known(guests.filter((one) => one.backupAge !== null).map((one) => backupRow(one, at))),
    backupRuns: known(guests.filter((one) => one.failedRun).map((one) => runRow(one, at))),
    uncovered: known(guests.filter((one) => !one.covered).map(({ vmid }) => vmid)),
  });

/** A world with the guests of others, and the same world without them. */
export type Worlds = {
  readonly own: readonly number[];
  readonly secret: readonly number[];
  readonly whole: (at: number) => readonly Inventory[];
  readonly without: (at: number) => readonly Inventory[];
};

/** Made-up sites: `home`, where the bound person has the pool `web` and the numbers 100 to 199, and `zqx-lab`, where they have nothing. */
export const someWorlds: fc.Arbitrary<Worlds> = fc
  .array(somebodysGuest, { minLength: 1, maxLength: 6 })
  .map((made) => {
    const guests = numbered(made);
    const [own, secret] = [guests.filter((one) => !one.secret), guests.filter((one) => one.secret)];
    return {
      own: own.map(({ vmid }) => vmid),
      secret: secret.map(({ vmid }) => vmid),
      whole: (at) => [siteOf('home', guests, at), siteOf(`${MARK}-lab`, secret, at)],
      without: (at) => [siteOf('home', own, at)],
    };
  });

/** What the bound person is bound to in these worlds. */
export const SCOPE = {
  pools: [{ site: 'home', pool: 'web' }],
  guests: [{ site: 'home', from: 100, to: 199 }],
};
