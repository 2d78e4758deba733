import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { executionOf } from '#db/journal/execution';
import { type AccessEntry, entryName } from '#policies/access-effect';
import type { ChangeId } from '#policies/ids';
import type { Outcome } from '#policies/outcome';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { changeId } from '#test/db/journal/sample';
import type { Point } from '#worker/jobs/worker';
import { connectProxmox } from '#worker/proxmox/proxmox';
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
        ['add', 'acl /vms operators GuestOperator'],
      ],
    );
    assert.equal(risk, 'high');
    await run(a);
    assert.equal(outcome(a)?.end, 'succeeded', JSON.stringify(outcome(a)));
    assert.ok(outcome(a)?.seen.every(({ ok }) => ok));
    assert.deepEqual(access().acl.at(-1), {
      path: '/vms',
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

  it('gives a user of its own no password, and neither gives nor takes a right of a user of Quorate', async () => {
    allow();
    const config = configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca });
    const proxmox = connectProxmox(config.proxmox);
    const own = [ACTOR.split('!')[0] ?? ''];
    const host = { ...hostAt(site.root), access: { proxmox, own } };
    const planned = async (entries: readonly AccessEntry[]) => {
      const made = await planAccess(host, recipeWith({ access: entries }));
      return made.ok ? made.value.effects.length : made.error;
    };
    try {
      access().groups.set('bots', { groupid: 'bots', users: new Set(own) });
      const viewer = { of: 'acl', path: '/', role: 'PVEAuditor', propagate: true } as const;
      for (const to of [{ group: 'bots' }, { user: own[0] ?? '' }]) {
        const refused = await planned([{ ...viewer, to }]);
        assert.match(JSON.stringify(refused), /of a user of Quorate/);
      }
      assert.match(JSON.stringify(await planned([{ ...viewer, to: { group: 'nobody' } }])), /not there/);
      const ada: AccessEntry = { of: 'user', user: 'ada@pve', groups: ['bots'], comment: '' };
      assert.equal(await planned([ada, { ...viewer, to: { user: 'ada@pve' } }]), 2);
    } finally {
      await proxmox.close();
    }
  });
});
