import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { planOf } from '#db/journal/plans';
import type { Outcome } from '#policies/outcome';
import type { Plan } from '#policies/plan';
import type { Probe, Seen } from '#policies/probe';
import { ok } from '#policies/result';
import { changeId } from '#test/db/journal/sample';
import { NodePolicy } from '#worker/guard/node-policy';
import type { Point } from '#worker/jobs/worker';
import { look } from '../recipes/carried-out.ts';
import { NODE, rig } from './rig.ts';
import { configOf, type Node, openNode, openSite, PVE1, type Site, ticketFor } from './site.ts';

const [a, b, c, d] = [changeId('a'), changeId('b'), changeId('c'), changeId('d')];

const outcomeOf = (last: unknown): Outcome => {
  const report = last as Node['reports'][number]; // the last report of a rig or a node
  return report.report === 'finished' ? report.outcome : assert.fail(JSON.stringify(report));
};

describe('a reboot of a node that is simulated', () => {
  let site: Site;
  let node: Node;
  const open = (at: (point: Point) => void = () => undefined): Promise<Node> =>
    openNode(
      {
        ...configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca }),
        policy: () => ok(NodePolicy.parse({ version: 1, votes: { high: 0, critical: 0 } })),
      },
      { at },
    );
  beforeEach(async () => {
    site = await openSite();
    node = await open();
  });
  afterEach(async () => {
    await node.stop();
    await site.close();
  });

  it('is one request, done when the node was seen to have started anew, and told with who felt it', async () => {
    await node.send('plan', { job: 'plan', change: a, action: 'node.reboot', target: PVE1, params: {} });
    const planned = node.reports.findLast((report) => report.report === 'planned');
    assert.ok(planned?.report === 'planned');
    const { plan } = planned;
    assert.equal(plan.risk, 'critical');
    const running = [...site.simulator.world.guests.values()].filter(
      (guest) => guest.node === 'pve1' && guest.power.on,
    );
    assert.equal(plan.blast.length, running.length);
    assert.ok(plan.checks.some(({ check, state }) => check === 'quorum' && state === 'ok'));
    assert.deepEqual(site.posts(), []);
    await node.send('run', { job: 'run', change: a, ticket: ticketFor(node.reports, a, site.privateKey) });
    assert.equal(outcomeOf(node.reports.at(-1)).end, 'succeeded');
    assert.deepEqual(site.posts(), ['POST /nodes/pve1/status']);
    await node.send('undo', {
      job: 'plan',
      change: b,
      action: 'change.undo',
      target: PVE1,
      params: { of: a },
    });
    const last = node.reports.at(-1);
    assert.ok(last?.report === 'refused');
    assert.deepEqual(last.refusal, { no: 'cannot-undo', why: 'already-happened' });
  });

  it('whose answer was lost, since the worker went with its node, is found by the start of the node', async () => {
    site.simulator.faults.dropAfterAccept({ method: 'POST', path: '/nodes/pve1/status' });
    await node.send('plan', { job: 'plan', change: a, action: 'node.reboot', target: PVE1, params: {} });
    await node.send('run', { job: 'run', change: a, ticket: ticketFor(node.reports, a, site.privateKey) });
    assert.equal(outcomeOf(node.reports.findLast((one) => one.report === 'finished')).end, 'succeeded');
    assert.deepEqual(site.posts(), ['POST /nodes/pve1/status']);
  });

  for (const point of ['effect-done', 'verifying'] as const)
    it(`that takes the worker with it at "${point}" is told as done by the next start, and sent once`, async () => {
      await node.stop();
      const gone: Promise<void>[] = [];
      node = await open((now) => {
        if (now !== point) return;
        gone.push(node.worker.stop());
        throw new Error('the host goes down');
      });
      await node.send('plan', { job: 'plan', change: a, action: 'node.reboot', target: PVE1, params: {} });
      const ticket = ticketFor(node.reports, a, site.privateKey);
      await node.send('run', { job: 'run', change: a, ticket }).catch(() => undefined);
      await Promise.all(gone);
      assert.equal(gone.length, 1);
      node = await open();
      await node.settled();
      assert.equal(outcomeOf(node.reports.findLast((one) => one.report === 'finished')).end, 'succeeded');
      assert.deepEqual(site.posts(), ['POST /nodes/pve1/status']);
    });

  it('that would leave the others without quorum warns of it', async () => {
    for (const name of ['pve2', 'pve3']) site.simulator.faults.nodeOffline(name);
    await node.send('plan', { job: 'plan', change: a, action: 'node.reboot', target: PVE1, params: {} });
    const last = node.reports.at(-1);
    assert.ok(last?.report === 'planned', JSON.stringify(last));
    assert.ok(last.plan.checks.some(({ check, state }) => check === 'quorum' && state === 'warn'));
    assert.equal(last.plan.risk, 'critical');
  });
});

describe('a reboot of the host that the worker runs on', () => {
  let r: ReturnType<typeof rig>;
  let rebooted = false;
  const put = (path: string, text: string): void => {
    mkdirSync(join(r.root, path, '..'), { recursive: true });
    writeFileSync(join(r.root, path), text);
  };
  const started = (boot: string, cmdline: string): void => {
    put('proc/sys/kernel/random/boot_id', `${boot}\n`);
    put('proc/cmdline', `${cmdline}\n`);
  };
  /** What the next start of the host comes up with. */
  let next = '';
  const see = async (_: Plan, probes: readonly Probe[]): Promise<Seen[]> => {
    const [booted, ...others] = probes.toSorted(
      (one, other) => Number(other.probe === 'node-rebooted') - Number(one.probe === 'node-rebooted'),
    );
    if (booted?.probe !== 'node-rebooted') return look(r.root, probes);
    return [{ probe: booted, ok: rebooted, saw: 'up for 9 s' }, ...(await look(r.root, others))];
  };
  beforeEach(() => {
    rebooted = false;
    r = rig();
    started('boot-1', 'root=/dev/sda1 quiet');
    const send = async () => {
      rebooted = true;
      started('boot-2', next);
      return ok({ kind: 'done' });
    };
    const pace = { now: Date.now, sleep: async () => undefined };
    Object.assign(r.worker.around, { api: { proxmox: { send }, actor: 'x', settle: 0, pace } });
    Object.assign(r.worker.eyes, { see });
    r.permits(NodePolicy.parse({ version: 1, votes: { high: 0, critical: 0 } }));
  });
  afterEach(() => r.close());

  const run = (change: typeof a): Promise<void> => r.send({ job: 'run', change, ticket: r.ticket(change) });

  /** A change of the command line; it counts from the next start on. */
  const set = async (change: typeof a, has: string[], lacks: string[]): Promise<void> => {
    const path = '/etc/cmdline';
    r.wants({ [path]: `${has.join(' ')}\n` });
    await r.plan(change);
    const { probes = [] } = planOf(r.journal, change)?.plan ?? {};
    const cmdline: Probe = { probe: 'cmdline', has, lacks, boot: 'boot-1' };
    r.wants({ [path]: `${has.join(' ')}\n` }, { probes: [...probes, cmdline] });
    await r.plan(change);
    await run(change);
    assert.equal(outcomeOf(r.reports().at(-1)).end, 'succeeded');
  };

  const reboot = async (change: typeof a): Promise<void> => {
    const probe: Probe = { probe: 'node-rebooted', node: 'pve1', upBefore: 0 };
    const call = { method: 'POST', path: '/nodes/pve1/status', params: { command: 'reboot' } } as const;
    r.wants(
      {},
      {
        effects: [{ kind: 'api', call, answer: 'done', diff: [], inverse: null }],
        probes: [probe],
        undo: { possible: false, why: 'already-happened' },
      },
    );
    await r.send({ job: 'plan', change, action: 'node.reboot', target: NODE, params: {} });
  };

  it('is done when the kernel was started with all that waited for it, of two wishes with the later', async () => {
    await set(a, ['quiet', 'iommu=pt'], []);
    await set(b, ['mitigations=auto'], ['iommu=pt']);
    await reboot(c);
    const { probes = [] } = planOf(r.journal, c)?.plan ?? {};
    assert.deepEqual(probes[1], {
      probe: 'cmdline',
      has: ['quiet', 'mitigations=auto'],
      lacks: ['iommu=pt'],
      boot: 'boot-1',
    });
    next = 'root=/dev/sda1 quiet mitigations=auto';
    await run(c);
    const done = outcomeOf(r.reports().at(-1));
    assert.equal(done.end, 'succeeded');
    assert.deepEqual(
      done.seen.map(({ probe, ok: isSo, saw }) => [probe.probe, isSo, saw]),
      [
        ['node-rebooted', true, 'up for 9 s'],
        ['cmdline', true, next],
      ],
    );
    await reboot(d);
    assert.equal(planOf(r.journal, d)?.plan.probes.length, 1, 'nothing waits any more');
  });

  it('has failed, and says what the kernel was started with, where that is not what waited', async () => {
    await set(a, ['iommu=pt'], []);
    await reboot(c);
    next = 'root=/dev/sda1 quiet';
    await run(c);
    const failed = outcomeOf(r.reports().at(-1));
    assert.ok(failed.end === 'failed' && failed.failure.failure === 'not-seen', JSON.stringify(failed));
    assert.deepEqual(
      failed.seen.map(({ ok: isSo, saw }) => [isSo, saw]),
      [
        [true, 'up for 9 s'],
        [false, next],
      ],
    );
  });
});
