import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import { executionOf } from '#db/journal/execution';
import { type AccessEntry, entryName } from '#policies/access-effect';
import type { Effect } from '#policies/effect';
import type { ChangeId } from '#policies/ids';
import type { Outcome } from '#policies/outcome';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { changeId } from '#test/db/journal/sample';
import { applyEffect, invertEffect } from '#worker/effects/table';
import type { Point } from '#worker/jobs/worker';
import { connectProxmox, type Proxmox } from '#worker/proxmox/proxmox';
import { planAccess } from '#worker/recipes/plan-access';
import { ACTOR } from '#worker/simulator/demo-access';
import { hostAt, recipeWith } from '../recipes/carried-out.ts';
import { configOf, type Node, openNode, openSite, PVE1, plannedOf, type Site, ticketFor } from './site.ts';

const [a, b, c] = [changeId('a'), changeId('b'), changeId('c')];

/** What it takes to change who may do what, beside what the demo's actor has. */
const MANAGER = ['Group.Allocate', 'Permissions.Modify', 'User.Modify', 'Realm.AllocateUser'];

describe("A recipe of Proxmox's access control", () => {
  let site: Site;
  let node: Node;
  let atPoint: (point: Point) => void;
  let messages: number;

  beforeEach(async () => {
    [atPoint, messages] = [() => undefined, 0];
    site = await openSite();
    const config = configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca });
    node = await openNode(config, { at: (point) => atPoint(point) });
  });
  afterEach(async () => {
    await node.stop();
    await site.close();
  });

  const access = () => site.simulator.world.access;
  /** The actor may do what these recipes take. */
  const allow = (): void => {
    const role = access().roles.get('BotActor');
    assert.ok(role);
    access().roles.set('BotActor', { ...role, privs: [...role.privs, ...MANAGER] });
  };
  const dump = (): unknown =>
    structuredClone({
      roles: [...access().roles],
      groups: [...access().groups],
      users: [...access().users],
      acl: access().acl,
    });
  const send = (job: Parameters<Node['send']>[1]): Promise<void> => {
    messages += 1;
    return node.send(`message-${messages}`, job);
  };
  const plan = (change: ChangeId, recipe = 'access-operators'): Promise<void> =>
    send({ job: 'plan', change, action: 'host.recipe', target: PVE1, params: { recipe } });
  const planUndo = (change: ChangeId, of: ChangeId): Promise<void> =>
    send({ job: 'plan', change, action: 'change.undo', target: PVE1, params: { of, no: 1 } });
  const run = (change: ChangeId): Promise<void> =>
    send({ job: 'run', change, ticket: ticketFor(node.reports, change, site.privateKey) });
  const refusal = (): WorkerRefusal => {
    const last = node.reports.findLast(({ report }) => report === 'refused' || report === 'planned');
    return last?.report === 'refused' ? last.refusal : assert.fail(JSON.stringify(last));
  };
  const outcome = (change: ChangeId): Outcome | undefined =>
    executionOf(node.worker.journal, change)?.outcome ?? undefined;
  const writes = (): readonly string[] => site.posts().filter((post) => post.includes('/access/'));

  /** The site's Proxmox as planners and effects ask it, without a worker. */
  const asked = () => {
    const config = configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca });
    const proxmox = connectProxmox(config.proxmox);
    const own = [ACTOR.split('!')[0] ?? ''];
    return {
      proxmox,
      own,
      host: { ...hostAt(site.root), access: { proxmox, own } },
      close: () => proxmox.close(),
    };
  };
  const apiOf = (proxmox: Proxmox) => ({
    proxmox,
    actor: ACTOR,
    settle: 0,
    pace: { now: Date.now, sleep: () => Promise.resolve(), signal: new AbortController().signal },
  });

  it('that the actor may not carry out has no plan, and the right that it lacks is named', async () => {
    await plan(a);
    assert.deepEqual(refusal(), {
      no: 'forbidden-by-proxmox',
      path: '/access/groups',
      privilege: 'Group.Allocate',
    });
  });

  it('is planned without a touch, carried out, seen, done once only, and taken back to exactly what was there', async () => {
    allow();
    const before = dump();
    await plan(a);
    assert.deepEqual(dump(), before);
    const { effects, risk } = plannedOf(node.reports, a).plan;
    assert.deepEqual(
      effects.map((effect) => effect.kind === 'access' && [effect.way, entryName(effect.entry)]),
      [
        ['add', 'role GuestOperator'],
        ['add', 'group operators'],
        ['add', 'acl / operators GuestOperator'],
      ],
    );
    assert.equal(risk, 'high');
    await run(a);
    assert.equal(outcome(a)?.end, 'succeeded', JSON.stringify(outcome(a)));
    assert.ok(outcome(a)?.seen.every(({ ok }) => ok));
    assert.deepEqual(access().acl.at(-1), {
      path: '/',
      kind: 'group',
      ugid: 'operators',
      roleid: 'GuestOperator',
      propagate: true,
    });
    await plan(b);
    assert.deepEqual(refusal(), { no: 'nothing-to-do' });
    await planUndo(c, a);
    await run(c);
    assert.equal(outcome(c)?.end, 'succeeded', JSON.stringify(outcome(c)));
    assert.deepEqual(dump(), before);
    assert.equal(writes().length, 6);
  });

  for (const { id } of [...readRecipes(RECIPES).values()].filter((one) => one.access.length > 0))
    it(`${id} is done, seen, and taken back to exactly what was there`, async () => {
      allow();
      const before = dump();
      await plan(a, id);
      await run(a);
      assert.equal(outcome(a)?.end, 'succeeded', JSON.stringify(outcome(a)));
      await planUndo(b, a);
      await run(b);
      assert.equal(outcome(b)?.end, 'succeeded', JSON.stringify(outcome(b)));
      assert.deepEqual(dump(), before);
    });

  it('is taken back as a whole where one of its entries is refused', async () => {
    allow();
    const before = dump();
    await plan(a);
    atPoint = (point) => {
      if (point === 'step-done') access().roles.delete('GuestOperator');
    };
    await run(a);
    const end = outcome(a);
    assert.ok(end && end.end !== 'succeeded', JSON.stringify(end));
    assert.deepEqual(dump(), before);
  });

  it('is not taken back from people who joined its group: they are named, and nothing is sent', async () => {
    allow();
    await plan(a);
    await run(a);
    access().groups.get('operators')?.users.add('root@pam');
    const sent = writes().length;
    await planUndo(b, a);
    assert.deepEqual(refusal(), {
      no: 'checks-failed',
      checks: [
        {
          check: 'host-setting',
          state: 'stop',
          facts: { key: 'group operators', why: 'members root@pam' },
        },
      ],
    });
    assert.equal(writes().length, sent);
  });

  it('is stale where somebody made one of its entries meanwhile', async () => {
    allow();
    await plan(a);
    access().groups.set('operators', { groupid: 'operators', users: new Set() });
    await run(a);
    const last = node.reports.at(-1);
    assert.ok(last?.report === 'stale', JSON.stringify(last));
    assert.deepEqual(
      last.drift.map(({ planned, now }) => [planned, now]),
      [['absent', 'there']],
    );
    assert.deepEqual(writes(), []);
  });

  it('whose group has members already says who has the right at once, and is stale where another joins', async () => {
    allow();
    access().groups.set('viewers', { groupid: 'viewers', users: new Set(['root@pam']) });
    await plan(a, 'access-viewers');
    assert.deepEqual(
      plannedOf(node.reports, a).plan.checks.map(({ state, facts }) => [state, facts['why']]),
      [['warn', 'at once for root@pam']],
    );
    access().users.set('eve@pve', { userid: 'eve@pve', enable: true, expire: 0 });
    access().groups.get('viewers')?.users.add('eve@pve');
    await run(a);
    assert.equal(node.reports.at(-1)?.report, 'stale');
    assert.deepEqual(writes(), []);
  });

  it('is not begun without a quorum', async () => {
    allow();
    await plan(a);
    const off = site.simulator.faults.quorumLost();
    await run(a);
    off();
    const end = outcome(a);
    assert.ok(end && end.end !== 'succeeded' && end.failure.failure === 'refused', JSON.stringify(end));
    assert.match(end.failure.message, /no quorum/);
  });

  it('leaves what is there: a role of the same name with other privileges stops it', async () => {
    allow();
    access().roles.set('GuestOperator', { roleid: 'GuestOperator', special: false, privs: ['VM.Console'] });
    await plan(a);
    assert.deepEqual(refusal(), {
      no: 'checks-failed',
      checks: [
        {
          check: 'host-setting',
          state: 'stop',
          facts: { key: 'role GuestOperator', why: 'other: VM.Console' },
        },
      ],
    });
  });

  it('whose answer is lost is looked for and not sent again', async () => {
    allow();
    await plan(a, 'access-viewers');
    const off = site.simulator.faults.dropAfterAccept({ method: 'POST', path: '/access/groups' });
    await run(a);
    off();
    assert.equal(outcome(a)?.end, 'succeeded', JSON.stringify(outcome(a)));
    assert.deepEqual(writes(), ['POST /access/groups', 'PUT /access/acl']);
  });

  it('of whatever entries, on whatever is there, adds just what is missing and takes back just that', async () => {
    allow();
    const { proxmox, close, host } = asked();
    const surroundings = { host: { root: site.root }, network: null, api: apiOf(proxmox) };
    const apply = async (effects: readonly Effect[]): Promise<void> => {
      for (const effect of effects) {
        const { did } = await applyEffect(surroundings, effect, () => undefined);
        assert.equal(did, 'done', JSON.stringify(effect));
      }
    };
    const planned = async (entries: readonly AccessEntry[]): Promise<readonly Effect[]> => {
      const recipe = recipeWith({ sysctl: { 'vm.swappiness': '10' } });
      const made = await planAccess(host, { ...recipe, access: [...entries] });
      return made.ok ? made.value.effects : assert.fail(JSON.stringify(made.error));
    };
    const names = ['one', 'two', 'three'];
    const few = fc.subarray(names);
    const lines = fc.uniqueArray(
      fc.tuple(fc.constantFrom('/', '/vms', '/pool/x'), fc.constantFrom(...names)),
      {
        selector: String,
      },
    );
    await fc.assert(
      fc.asyncProperty(few, few, lines, few, async (roles, users, acl, there) => {
        const before = dump();
        const group = (name: string): AccessEntry => ({ of: 'group', group: name, comment: name });
        await apply(await planned(there.map(group)));
        const base = dump();
        const entries: AccessEntry[] = [
          ...names.map(group),
          ...roles.map((role): AccessEntry => ({ of: 'role', role, privileges: ['VM.Audit'] })),
          ...users.map(
            (one): AccessEntry => ({ of: 'user', user: `${one}@pve`, groups: there, comment: '' }),
          ),
          ...acl.map(
            ([path, name]): AccessEntry => ({
              of: 'acl',
              path,
              role: roles.includes(name) ? name : 'PVEAuditor',
              to: users.includes(name) ? { user: `${name}@pve` } : { group: name },
              propagate: path !== '/',
            }),
          ),
        ];
        const effects = await planned(entries);
        assert.equal(effects.length, entries.length - there.length);
        await apply(effects);
        assert.deepEqual(await planned(entries), []);
        await apply(effects.toReversed().map((effect) => invertEffect(effect) ?? assert.fail()));
        assert.deepEqual(dump(), base);
        await apply(there.map((name) => ({ kind: 'access', way: 'remove', entry: group(name) })));
        assert.deepEqual(dump(), before);
      }),
      { numRuns: 12 },
    );
    await close();
  });

  it('gives a user no password, nobody power over access, and neither gives nor takes a right of a user of Quorate', async () => {
    allow();
    const { host, own, close } = asked();
    const planned = async (entries: readonly AccessEntry[]) => {
      const made = await planAccess(host, recipeWith({ access: entries }));
      return made.ok ? made.value.effects.length : made.error;
    };
    access().groups.set('bots', { groupid: 'bots', users: new Set(own) });
    const viewer = { of: 'acl', path: '/', role: 'PVEAuditor', propagate: true } as const;
    for (const to of [{ group: 'bots' }, { user: own[0] ?? '' }]) {
      const refused = await planned([{ ...viewer, to }]);
      assert.match(JSON.stringify(refused), /of a user of Quorate/);
    }
    assert.match(JSON.stringify(await planned([{ ...viewer, to: { group: 'nobody' } }])), /not there/);
    const admin: AccessEntry = { of: 'role', role: 'Own', privileges: ['VM.Audit', 'User.Modify'] };
    const given = await planned([admin, { ...viewer, role: 'Own', to: { user: 'root@pam' } }]);
    assert.match(JSON.stringify(given), /with User.Modify who may do what could be changed/);
    access().acl.push({ path: '/', kind: 'group', ugid: 'bots', roleid: 'PVEAdmin', propagate: true });
    const joined = await planned([{ of: 'user', user: 'eve@pve', groups: ['bots'], comment: '' }]);
    assert.match(JSON.stringify(joined), /who may do what could be changed/);
    access().acl.pop();
    const ada: AccessEntry = { of: 'user', user: 'ada@pve', groups: ['bots'], comment: '' };
    assert.equal(await planned([ada, { ...viewer, to: { user: 'ada@pve' } }]), 2);
    await close();
  });
});
