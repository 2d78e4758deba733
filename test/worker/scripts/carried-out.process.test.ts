import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { executionOf } from '#db/journal/execution';
import { type ChangeId, PersonId } from '#policies/ids';
import type { Json } from '#policies/json';
import type { Outcome } from '#policies/outcome';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { changeId } from '#test/db/journal/sample';
import { LAUNCHER } from '#test/fixture/launcher';
import {
  configOf,
  type Node,
  openNode,
  openSite,
  PVE1,
  plannedOf,
  type Site,
  ticketFor,
} from '#test/worker/jobs/site';
import { skip } from '#test/worker/sandbox/rig';
import { demoCatalogue, layDemoScripts, layProgram } from '#worker/demo-scripts';

const [a, b] = [changeId('a'), changeId('b')];
/** Moments of a run, counted from 1: guarded, claimed, the step on record, the step done. */
const [STEP_BEGUN, EFFECT_DONE] = [3, 4];
const CHILD = join(import.meta.dirname, '../jobs/crash-child.ts');

/** As many as the node's own floor wants of a critical plan. */
const VOTES = ['ada', 'ivan'].map((name) => ({
  person: PersonId.parse(name),
  role: 'admin' as const,
  at: 1,
}));

/** Enables a unit by its link, since no systemctl of this root could. */
const ENABLE =
  'umask 022; d=/etc/systemd/system/multi-user.target.wants; cd /; mkdir -p $d; ln -s /usr/lib/systemd/system/web.service $d/web.service\n';

/** Perl for the stand-ins, programs that they stand in for, a unit and two settings of a kernel. */
const layPrograms = async (root: string): Promise<void> => {
  for (const program of ['/usr/bin/perl', '/bin/mkdir', '/bin/ln', '/bin/rm'])
    await layProgram(root, program);
  for (const path of globSync('/usr/lib/*/perl-base/strict.pm')) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    cpSync(path, join(root, path));
  }
  for (const path of ['usr/sbin/sysctl', 'usr/bin/whiptail']) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), '', { mode: 0o755 });
  }
  cpSync(join(import.meta.dirname, '../../fake/host/bin/systemctl'), join(root, 'usr/bin/systemctl'));
  chmodSync(join(root, 'usr/bin/systemctl'), 0o755);
  for (const folder of [
    'run/fake/active',
    'usr/lib/systemd/system',
    'etc/systemd/system',
    'proc/sys/vm',
    'proc/sys/kernel',
  ])
    mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(
    join(root, 'usr/lib/systemd/system/web.service'),
    '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n',
  );
  writeFileSync(join(root, 'proc/sys/vm/swappiness'), '60\n');
  writeFileSync(join(root, 'proc/sys/kernel/panic'), '0\n');
};

describe("A script of a node's catalogue", { skip }, () => {
  let site: Site;
  let node: Node;
  let messages = 0;
  const here = (path: string): string => join(site.root, path);
  const text = (path: string): string => readFileSync(here(path), 'utf8');
  const send = (job: Parameters<Node['send']>[1]): Promise<void> => {
    messages += 1;
    return node.send(`message-${messages}`, job);
  };
  const open = (): Promise<Node> =>
    openNode(configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca }));

  beforeEach(async () => {
    site = await openSite();
    await layDemoScripts(site.root);
    node = await open();
  });
  afterEach(async () => {
    await node.stop();
    await site.close();
  });

  /** Enters a script in the catalogue in the place of the demo's. */
  const enter = (script: string): void => {
    const path = here('../own.sh');
    writeFileSync(path, script, { mode: 0o700 });
    const sha256 = createHash('sha256').update(script).digest('hex');
    writeFileSync(
      demoCatalogue(site.root),
      `version: 1\nscripts:\n  own: { title: Own, path: ${path}, sha256: ${sha256}, args: [one, "two words"] }\n`,
    );
  };
  const plan = (change: ChangeId, params: { [name: string]: Json } = { script: 'own' }): Promise<void> =>
    send({ job: 'plan', change, action: 'host.script', target: PVE1, params });
  const planUndo = (change: ChangeId, of: ChangeId): Promise<void> =>
    send({ job: 'plan', change, action: 'change.undo', target: PVE1, params: { of, no: 1 } });
  const run = (change: ChangeId): Promise<void> =>
    send({
      job: 'run',
      change,
      ticket: ticketFor(node.reports, change, site.privateKey, { votes: VOTES }),
    });
  const refusal = (): WorkerRefusal => {
    const last = node.reports.findLast(({ report }) => report === 'refused' || report === 'planned');
    return last?.report === 'refused' ? last.refusal : assert.fail(JSON.stringify(last));
  };
  const outcome = (change: ChangeId): Outcome | undefined =>
    executionOf(node.worker.journal, change)?.outcome ?? undefined;
  const setOf = (change: ChangeId) => {
    const [effect] = plannedOf(node.reports, change).plan.effects;
    return effect?.kind === 'changeset' ? effect : assert.fail(JSON.stringify(effect));
  };

  it('is planned without a touch, carried out exactly, seen, and taken back to what was there', async () => {
    const before = text('etc/hosts');
    await plan(a, { script: 'name-the-nas' });
    assert.equal(text('etc/hosts'), before);
    const { risk, checks, undo } = plannedOf(node.reports, a).plan;
    assert.equal(risk, 'critical');
    assert.deepEqual(checks, [{ check: 'rehearsal', state: 'ok', facts: {} }]);
    assert.deepEqual(undo, { possible: true });
    const { paths, entries, rehearsed } = setOf(a);
    assert.deepEqual(paths, ['/etc/hosts', '/etc/motd']);
    assert.deepEqual(entries[0]?.diff?.slice(-1), ['+192.0.2.9 nas.home nas']);
    assert.deepEqual(rehearsed?.labels, [{ label: 'network', lines: [4] }]);
    assert.match(rehearsed?.text ?? '', /^#!\/bin\/sh\n# Gives the new file server/);
    await run(a);
    assert.equal(outcome(a)?.end, 'succeeded');
    assert.equal(text('etc/hosts'), `${before}192.0.2.9 nas.home nas\n`);
    await planUndo(b, a);
    assert.deepEqual(setOf(b).entries[0]?.diff?.slice(-1), ['-192.0.2.9 nas.home nas']);
    await run(b);
    assert.equal(outcome(b)?.end, 'succeeded');
    assert.equal(text('etc/hosts'), before);
    assert.equal(existsSync(here('etc/motd')), false);
  });

  it('is not carried out where any of its paths moved since: nothing is written, and the plan is stale', async () => {
    await plan(a, { script: 'name-the-nas' });
    writeFileSync(here('etc/motd'), 'somebody else was here\n');
    const before = text('etc/hosts');
    await run(a);
    const stale = node.reports.at(-1);
    assert.equal(stale?.report, 'stale');
    assert.deepEqual(stale?.report === 'stale' && stale.drift.map(({ planned, now }) => [planned, now]), [
      ['before', 'other: /etc/motd'],
    ]);
    assert.equal(text('etc/hosts'), before);
    assert.equal(executionOf(node.worker.journal, a), undefined);
  });

  it('is not carried out once root took it out of the catalogue, or entered another', async () => {
    await plan(a, { script: 'name-the-nas' });
    enter('#!/bin/sh\n');
    await run(a);
    assert.equal(node.reports.at(-1)?.report, 'stale');
    assert.doesNotMatch(text('etc/hosts'), /nas/);
  });

  it('is not carried out where what was sealed was altered on the disk', async () => {
    await plan(a, { script: 'name-the-nas' });
    const sha256 = /sha256 ([0-9a-f]{64})/.exec(setOf(a).entries[0]?.after ?? '')?.[1] ?? '';
    writeFileSync(join(site.state, 'scripts/changes/content', sha256), '6.6.6.6 everything\n');
    await run(a);
    assert.equal(node.reports.at(-1)?.report, 'stale');
    assert.doesNotMatch(text('etc/hosts'), /6\.6\.6\.6/);
  });

  it('is not taken back over a later edit: its path is named, and nothing is undone', async () => {
    await plan(a, { script: 'name-the-nas' });
    await run(a);
    writeFileSync(here('etc/motd'), 'a later word\n');
    const edited = text('etc/hosts');
    await planUndo(b, a);
    assert.deepEqual(refusal(), {
      no: 'checks-failed',
      checks: [
        { check: 'later-edit', state: 'stop', facts: { probe: 'changeset', saw: 'other: /etc/motd' } },
      ],
    });
    assert.equal(text('etc/hosts'), edited);
    assert.equal(text('etc/motd'), 'a later word\n');
  });

  it('that a killed worker was in the middle of is taken back before its next start does anything', async () => {
    const before = text('etc/hosts');
    await plan(a, { script: 'name-the-nas' });
    await run(a);
    assert.notEqual(text('etc/hosts'), before);
    await node.stop();
    // What a kill leaves between the last rename and the mark that all of it is there.
    rmSync(join(site.state, 'scripts/applied', encodeURIComponent(site.root), a, 'committed'));
    node = await open();
    assert.equal(text('etc/hosts'), before);
    assert.equal(existsSync(here('etc/motd')), false);
  });

  it('whose worker is killed just before or just after it was carried out is as before, or done: never sent again', async () => {
    const place = { root: site.root, state: site.state, secrets: site.secrets };
    const key = site.publicKey.export({ type: 'spki', format: 'pem' });
    const end = { [STEP_BEGUN]: 'failed', [EFFECT_DONE]: 'succeeded' };
    for (const [dieAt, wanted] of Object.entries(end)) {
      const change = wanted === 'failed' ? a : b;
      const before = text('etc/hosts');
      await plan(change, { script: 'name-the-nas' });
      const ticket = ticketFor(node.reports, change, site.privateKey, { votes: VOTES });
      const jobs = [{ id: `message-run-${dieAt}`, job: { job: 'run', change, ticket } }];
      await node.stop();
      const orders = { place: { ...place, url: site.simulator.url, ca: site.simulator.ca }, key, jobs };
      const child = spawnSync(LAUNCHER, [CHILD, JSON.stringify({ ...orders, dieAt: Number(dieAt) })]);
      assert.equal(child.signal, 'SIGKILL');
      node = await open();
      await node.settled();
      assert.equal(outcome(change)?.end, wanted, JSON.stringify(outcome(change)));
      assert.equal(text('etc/hosts'), wanted === 'failed' ? before : `${before}192.0.2.9 nas.home nas\n`);
    }
  });

  it('gets the words of its catalogue, and its own text is not read again', async () => {
    enter('echo "$0 $# $2" > /etc/said; rm -f "$0"; echo done >> /etc/said\n');
    await plan(a);
    const diff = setOf(a).entries.flatMap((entry) => entry.diff ?? []);
    assert.ok(diff.includes('+/run/quorate/scripts/own 2 two words'), diff.join('\n'));
    assert.ok(diff.includes('+done'));
  });

  it('that ends with an error is planned only where that was accepted by name, and is then high at least', async () => {
    enter('echo half > /etc/half\nexit 3\n');
    await plan(a);
    assert.deepEqual(refusal(), {
      no: 'script-falls-short',
      script: 'own',
      short: [{ of: 'failed', what: ['exit 3'] }],
    });
    await plan(b, { script: 'own', accept: 'failed' });
    const { plan: made } = plannedOf(node.reports, b);
    assert.equal(made.risk, 'high');
    assert.deepEqual(made.params, { script: 'own', accept: 'failed' });
    assert.deepEqual(made.checks, [{ check: 'rehearsal', state: 'warn', facts: { failed: 'exit 3' } }]);
    assert.deepEqual(setOf(b).rehearsed?.short, [{ of: 'failed', what: ['exit 3'] }]);
  });

  it('with contents that no diff shows is planned only where that was accepted by name', async () => {
    enter("printf '\\0\\1' > /etc/blob\n");
    await plan(a);
    assert.deepEqual(refusal(), {
      no: 'script-falls-short',
      script: 'own',
      short: [{ of: 'unseen', what: ['/etc/blob'] }],
    });
    await plan(b, { script: 'own', accept: 'unseen' });
    assert.equal(setOf(b).entries[0]?.unshown, 'binary');
  });

  it('that changes nothing has no plan', async () => {
    enter('true\n');
    await plan(a);
    assert.deepEqual(refusal(), { no: 'nothing-to-do' });
  });

  it('that is unknown, was changed, or that others may write is refused by name', async () => {
    await plan(a, { script: 'nobody-knows' });
    assert.deepEqual(refusal(), {
      no: 'unknown-script',
      script: 'nobody-knows',
      known: ['name-the-nas'],
    });
    enter('true\n');
    writeFileSync(here('../own.sh'), 'reboot\n');
    await plan(a);
    const sha256 = createHash('sha256').update('reboot\n').digest('hex');
    assert.deepEqual(refusal(), { no: 'script-changed', script: 'own', path: here('../own.sh'), sha256 });
    rmSync(here('../own.sh'));
    symlinkSync('/nowhere', here('../own.sh'));
    await plan(a);
    assert.deepEqual(refusal(), {
      no: 'script-unusable',
      script: 'own',
      why: `${here('../own.sh')}: expected a file behind this link`,
    });
  });

  it('that asks for what other effects do comes to those, after its files, and all of it is taken back', async () => {
    await layPrograms(site.root);
    enter(
      `${ENABLE}sysctl -w vm.swappiness=10 kernel.panic=5\nsysctl -qw vm.swappiness=20\nsystemctl start web\n`,
    );
    await plan(a);
    const { effects, risk } = plannedOf(node.reports, a).plan;
    const enabled = (active: boolean) => ({ enabled: 'enabled', active });
    assert.deepEqual(effects.slice(1), [
      { kind: 'sysctl', key: 'vm.swappiness', before: '60', after: '20' },
      { kind: 'sysctl', key: 'kernel.panic', before: '0', after: '5' },
      { kind: 'unit', unit: 'web.service', before: enabled(false), after: enabled(true) },
    ]);
    assert.deepEqual(setOf(a).units, [
      { name: 'web.service', before: null, after: 'multi-user.target.wants' },
    ]);
    assert.equal(risk, 'high', 'settings of the kernel are');
    await run(a);
    assert.equal(outcome(a)?.end, 'succeeded', JSON.stringify(outcome(a)));
    assert.deepEqual([text('proc/sys/vm/swappiness'), text('proc/sys/kernel/panic')], ['20\n', '5\n']);
    assert.ok(existsSync(here('run/fake/active/web.service')));
    await planUndo(b, a);
    await run(b);
    assert.equal(outcome(b)?.end, 'succeeded', JSON.stringify(outcome(b)));
    assert.deepEqual([text('proc/sys/vm/swappiness'), text('proc/sys/kernel/panic')], ['60\n', '0\n']);
    assert.equal(existsSync(here('run/fake/active/web.service')), false);
    assert.equal(existsSync(here('etc/systemd/system/multi-user.target.wants')), false);
  });

  it('that asks for what no effect does exactly is planned only where that was accepted, and it is not done', async () => {
    await layPrograms(site.root);
    const calls = [
      'systemctl restart web',
      'systemctl daemon-reload',
      'systemctl stop web',
      'systemctl start no-such-unit',
      'systemctl enable --now --force web',
      'sysctl -w no.such.key=1',
      'sysctl -p',
    ];
    enter(`echo one > /etc/one\n${calls.map((call) => `${call} || :\n`).join('')}`);
    await plan(a);
    assert.deepEqual(refusal(), {
      no: 'script-falls-short',
      script: 'own',
      short: [{ of: 'left-out', what: calls }],
    });
    await plan(b, { script: 'own', accept: 'left-out' });
    const { effects, checks } = plannedOf(node.reports, b).plan;
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      ['changeset'],
    );
    assert.deepEqual(setOf(b).rehearsed?.short, [{ of: 'left-out', what: calls }]);
    assert.equal(checks[0]?.state, 'warn');
    await run(b);
    assert.equal(existsSync(here('run/fake/log')), false, 'nothing was asked of the host');
  });

  it('that asks gets the answers of the request, which are part of the plan; without them the dialogs are named', async () => {
    await layPrograms(site.root);
    enter(
      'whiptail --yesno "Use ZFS?" 8 40 && size=$(whiptail --inputbox "Size in MiB" 8 40 2>&1) && echo "$size" > /etc/size\n',
    );
    await plan(a, { script: 'own', answers: 'ZFS=yes' });
    assert.deepEqual(refusal(), {
      no: 'script-asks',
      script: 'own',
      dialogs: ['whiptail --inputbox Size in MiB 8 40'],
    });
    const answers = 'ZFS=yes; Size=4096';
    await plan(b, { script: 'own', answers });
    assert.deepEqual(setOf(b).entries[0]?.diff?.slice(-1), ['+4096']);
    assert.equal(setOf(b).rehearsed?.answers, answers);
    assert.equal(plannedOf(node.reports, b).plan.params['answers'], answers);
  });

  it('asks nobody what a rehearsal cannot know unless that was accepted', async () => {
    await layPrograms(site.root);
    enter('systemctl is-active web || echo down > /etc/web-is\n');
    await plan(a);
    assert.deepEqual(refusal(), {
      no: 'script-falls-short',
      script: 'own',
      short: [{ of: 'unanswered', what: ['systemctl is-active web'] }],
    });
  });

  it("sees nothing of Quorate's own on the node itself, whatever names it has, and the node is as before", async () => {
    const own = here('../own');
    mkdirSync(own);
    writeFileSync(join(own, 'key'), 'secret');
    symlinkSync(own, here('../link'));
    enter(
      `for at in own/* link/* root.scripts.yaml; do cat "${here('..')}/$at" >> /etc/quorate-seen; done || :\necho end >> /etc/quorate-seen\n`,
    );
    await node.stop();
    node = await openNode({
      ...configOf({ ...site, root: '/', url: site.simulator.url, ca: site.simulator.ca }),
      own: [site.state, own, join(own, 'key'), here('../link'), demoCatalogue(site.root), '/run/systemd'],
      scripts: demoCatalogue(site.root),
    });
    await plan(a);
    const [effect] = plannedOf(node.reports, a).plan.effects;
    assert.ok(effect?.kind === 'changeset');
    assert.deepEqual(effect.paths, ['/etc/quorate-seen']);
    assert.deepEqual(effect.entries[0]?.diff?.slice(1), ['+end']);
    assert.ok(effect.rehearsed?.unseen.includes(own), 'and the plan says so');
    assert.equal(existsSync('/etc/quorate-seen'), false);
  });

  it('is refused with the reason where nothing can be rehearsed', async () => {
    rmSync(site.root, { recursive: true });
    await plan(a, { script: 'name-the-nas' });
    assert.deepEqual(refusal(), { no: 'no-sandbox', why: `no root folder (${site.root})` });
  });

  it("touches nothing of Quorate's own, whoever agrees", async () => {
    mkdirSync(here('etc/quorate'));
    await node.stop();
    node = await openNode({
      ...configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca }),
      own: [site.state, here('etc/quorate')],
    });
    enter('echo "votes: none" > /etc/quorate/node-policy.yaml\n');
    await plan(a);
    assert.deepEqual(refusal(), {
      no: 'absolute',
      rule: 'own-files',
      fact: '/etc/quorate/node-policy.yaml',
    });
  });

  it('is in what the worker tells of its node', async () => {
    await send({ job: 'refresh' });
    const told = node.reports.findLast(({ report }) => report === 'inventory');
    const scripts = told?.report === 'inventory' ? told.inventory.scripts : [];
    assert.deepEqual(
      scripts.map((one) => [one.node, one.scripts.known && one.scripts.value.map(({ title }) => title)]),
      [['pve1', ['Name the file server']]],
    );
  });
});
