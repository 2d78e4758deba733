import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { executionOf } from '#db/journal/execution';
import type { ChangeId } from '#policies/ids';
import { changeId } from '#test/db/journal/sample';
import { LAUNCHER } from '#test/fixture/launcher';
import { configOf, plannedOf, ticketFor } from '#test/worker/jobs/site';
import { skip } from '#test/worker/sandbox/rig';
import { demoCatalogue } from '#worker/demo-scripts';
import { layPrograms, type ScriptNode, scriptNode, VOTES } from './script-node.ts';

const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(changeId) as [ChangeId, ChangeId, ChangeId, ChangeId]; // four in, four out
/** Moments of a run, counted from 1: guarded, claimed, the step on record, the step done. */
const [STEP_BEGUN, EFFECT_DONE] = [3, 4];
const CHILD = join(import.meta.dirname, '../jobs/crash-child.ts');

describe("A script of a node's catalogue", { skip }, () => {
  let at: ScriptNode;
  beforeEach(async () => {
    at = await scriptNode();
  });
  afterEach(() => at.close());

  it('is planned without a touch, carried out exactly, seen, and taken back to what was there', async () => {
    const before = at.text('etc/hosts');
    await at.plan(a, { script: 'name-the-nas' });
    assert.equal(at.text('etc/hosts'), before);
    const { risk, checks, undo } = plannedOf(at.node.reports, a).plan;
    assert.equal(risk, 'critical');
    assert.deepEqual(checks, [{ check: 'rehearsal', state: 'ok', facts: {} }]);
    assert.deepEqual(undo, { possible: true });
    const { paths, entries, rehearsed } = at.setOf(a);
    assert.deepEqual(paths, ['/etc/hosts', '/etc/motd']);
    assert.deepEqual(entries[0]?.diff?.slice(-1), ['+192.0.2.9 nas.home nas']);
    assert.deepEqual(rehearsed?.labels, [{ label: 'network', lines: [4] }]);
    assert.match(rehearsed?.text ?? '', /^#!\/bin\/sh\n# Gives the new file server/);
    await at.run(a);
    assert.equal(at.outcome(a)?.end, 'succeeded');
    assert.equal(at.text('etc/hosts'), `${before}192.0.2.9 nas.home nas\n`);
    await at.planUndo(b, a);
    assert.deepEqual(at.setOf(b).entries[0]?.diff?.slice(-1), ['-192.0.2.9 nas.home nas']);
    await at.run(b);
    assert.equal(at.outcome(b)?.end, 'succeeded');
    assert.equal(at.text('etc/hosts'), before);
    assert.equal(existsSync(at.here('etc/motd')), false);
  });

  it('is not carried out where any of its paths moved since: nothing is written, and the plan is stale', async () => {
    await at.plan(a, { script: 'name-the-nas' });
    writeFileSync(at.here('etc/motd'), 'somebody else was here\n');
    const before = at.text('etc/hosts');
    await at.run(a);
    const stale = at.node.reports.at(-1);
    assert.equal(stale?.report, 'stale');
    assert.deepEqual(stale?.report === 'stale' && stale.drift.map(({ planned, now }) => [planned, now]), [
      ['before', 'other: /etc/motd'],
    ]);
    assert.equal(at.text('etc/hosts'), before);
    assert.equal(executionOf(at.node.worker.journal, a), undefined);
  });

  it('is not carried out once root took it out of the catalogue, or entered another', async () => {
    await at.plan(a, { script: 'name-the-nas' });
    at.enter('#!/bin/sh\n');
    await at.run(a);
    assert.equal(at.node.reports.at(-1)?.report, 'stale');
    assert.doesNotMatch(at.text('etc/hosts'), /nas/);
  });

  it('is not carried out where what was sealed was altered on the disk', async () => {
    await at.plan(a, { script: 'name-the-nas' });
    const sha256 = /sha256 ([0-9a-f]{64})/.exec(at.setOf(a).entries[0]?.after ?? '')?.[1] ?? '';
    writeFileSync(join(at.site.state, 'scripts/changes/content', sha256), '6.6.6.6 everything\n');
    await at.run(a);
    assert.equal(at.node.reports.at(-1)?.report, 'stale');
    assert.doesNotMatch(at.text('etc/hosts'), /6\.6\.6\.6/);
  });

  it('is not taken back over a later edit: its path is named, and nothing is undone', async () => {
    await at.plan(a, { script: 'name-the-nas' });
    await at.run(a);
    writeFileSync(at.here('etc/motd'), 'a later word\n');
    const edited = at.text('etc/hosts');
    await at.planUndo(b, a);
    assert.deepEqual(at.refusal(), {
      no: 'checks-failed',
      checks: [
        { check: 'later-edit', state: 'stop', facts: { probe: 'changeset', saw: 'other: /etc/motd' } },
      ],
    });
    assert.equal(at.text('etc/hosts'), edited);
    assert.equal(at.text('etc/motd'), 'a later word\n');
  });

  it('that a killed worker was in the middle of is taken back before its next start does anything', async () => {
    const before = at.text('etc/hosts');
    await at.plan(a, { script: 'name-the-nas' });
    await at.run(a);
    assert.notEqual(at.text('etc/hosts'), before);
    await at.node.stop();
    // What a kill leaves between the last rename and the mark that all of it is there.
    rmSync(join(at.site.state, 'scripts/applied', encodeURIComponent(at.site.root), a, 'committed'));
    await at.begin();
    assert.equal(at.text('etc/hosts'), before);
    assert.equal(existsSync(at.here('etc/motd')), false);
  });

  it('whose worker is killed just before or just after it was carried out is as before, or done: never sent again', async () => {
    const place = { root: at.site.root, state: at.site.state, secrets: at.site.secrets };
    const key = at.site.publicKey.export({ type: 'spki', format: 'pem' });
    const end = { [STEP_BEGUN]: 'failed', [EFFECT_DONE]: 'succeeded' };
    for (const [dieAt, wanted] of Object.entries(end)) {
      const change = wanted === 'failed' ? a : b;
      const before = at.text('etc/hosts');
      await at.plan(change, { script: 'name-the-nas' });
      const ticket = ticketFor(at.node.reports, change, at.site.privateKey, { votes: VOTES });
      const jobs = [{ id: `message-run-${dieAt}`, job: { job: 'run', change, ticket } }];
      await at.node.stop();
      const orders = { place: { ...place, url: at.site.simulator.url, ca: at.site.simulator.ca }, key, jobs };
      const child = spawnSync(LAUNCHER, [CHILD, JSON.stringify({ ...orders, dieAt: Number(dieAt) })]);
      assert.equal(child.signal, 'SIGKILL');
      await at.begin();
      await at.node.settled();
      assert.equal(at.outcome(change)?.end, wanted, JSON.stringify(at.outcome(change)));
      assert.equal(at.text('etc/hosts'), wanted === 'failed' ? before : `${before}192.0.2.9 nas.home nas\n`);
    }
  });

  it('that was dropped leaves nothing behind once the worker starts again, and takes nothing from those that were not', async () => {
    const sets = (): number => readdirSync(join(at.site.state, 'scripts/changes/sets')).length;
    const contents = (): number => readdirSync(join(at.site.state, 'scripts/changes/content')).length;
    const before = at.text('etc/hosts');
    await at.plan(a, { script: 'name-the-nas' });
    await at.run(a);
    at.enter('echo one > /etc/one; echo shared > /etc/shared\n');
    await at.plan(b);
    await at.send({ job: 'drop', change: b });
    at.enter('echo two > /etc/two; echo shared > /etc/shared\n');
    await at.plan(c);
    assert.deepEqual([sets(), contents()], [3, 5]);
    const ticket = ticketFor(at.node.reports, c, at.site.privateKey, { votes: VOTES });
    await at.node.stop();
    await at.begin();
    assert.deepEqual([sets(), contents()], [2, 4]);
    await at.send({ job: 'run', change: c, ticket });
    assert.equal(at.outcome(c)?.end, 'succeeded', JSON.stringify(at.outcome(c)));
    assert.equal(at.text('etc/shared'), 'shared\n');
    await at.planUndo(d, a);
    await at.run(d);
    assert.equal(at.outcome(d)?.end, 'succeeded', JSON.stringify(at.outcome(d)));
    assert.equal(at.text('etc/hosts'), before);
  });

  it('gets the words of its catalogue, and its own text is not read again', async () => {
    at.enter('echo "$0 $# $2" > /etc/said; rm -f "$0"; echo done >> /etc/said\n');
    await at.plan(a);
    const diff = at.setOf(a).entries.flatMap((entry) => entry.diff ?? []);
    assert.ok(diff.includes('+/run/quorate/scripts/own 2 two words'), diff.join('\n'));
    assert.ok(diff.includes('+done'));
  });

  it('that ends with an error is planned only where that was accepted by name, and is then high at least', async () => {
    at.enter('echo half > /etc/half\nexit 3\n');
    await at.plan(a);
    assert.deepEqual(at.refusal(), {
      no: 'script-falls-short',
      script: 'own',
      short: [{ of: 'failed', what: ['exit 3'] }],
    });
    await at.plan(b, { script: 'own', accept: 'failed' });
    const { plan: made } = plannedOf(at.node.reports, b);
    assert.equal(made.risk, 'high');
    assert.deepEqual(made.params, { script: 'own', accept: 'failed' });
    assert.deepEqual(made.checks, [{ check: 'rehearsal', state: 'warn', facts: { failed: 'exit 3' } }]);
    assert.deepEqual(at.setOf(b).rehearsed?.short, [{ of: 'failed', what: ['exit 3'] }]);
  });

  it('with contents that no diff shows is planned only where that was accepted by name', async () => {
    at.enter("printf '\\0\\1' > /etc/blob\n");
    await at.plan(a);
    assert.deepEqual(at.refusal(), {
      no: 'script-falls-short',
      script: 'own',
      short: [{ of: 'unseen', what: ['/etc/blob'] }],
    });
    await at.plan(b, { script: 'own', accept: 'unseen' });
    assert.equal(at.setOf(b).entries[0]?.unshown, 'binary');
  });

  it('that changes nothing has no plan', async () => {
    at.enter('true\n');
    await at.plan(a);
    assert.deepEqual(at.refusal(), { no: 'nothing-to-do' });
  });

  it('that is unknown, was changed, or that others may write is refused by name', async () => {
    await at.plan(a, { script: 'nobody-knows' });
    assert.deepEqual(at.refusal(), {
      no: 'unknown-script',
      script: 'nobody-knows',
      known: ['name-the-nas'],
    });
    at.enter('true\n');
    writeFileSync(at.here('../own.sh'), 'reboot\n');
    await at.plan(a);
    const sha256 = createHash('sha256').update('reboot\n').digest('hex');
    assert.deepEqual(at.refusal(), {
      no: 'script-changed',
      script: 'own',
      path: at.here('../own.sh'),
      sha256,
    });
    rmSync(at.here('../own.sh'));
    symlinkSync('/nowhere', at.here('../own.sh'));
    await at.plan(a);
    assert.deepEqual(at.refusal(), {
      no: 'script-unusable',
      script: 'own',
      why: `${at.here('../own.sh')}: expected a file behind this link`,
    });
  });

  it('that asks gets the answers of the request, which are part of the plan; without them the dialogs are named', async () => {
    await layPrograms(at.site.root);
    at.enter(
      'whiptail --yesno "Use ZFS?" 8 40 && size=$(whiptail --inputbox "Size in MiB" 8 40 2>&1) && echo "$size" > /etc/size\n',
    );
    await at.plan(a, { script: 'own', answers: 'ZFS=yes' });
    assert.deepEqual(at.refusal(), {
      no: 'script-asks',
      script: 'own',
      dialogs: ['whiptail --inputbox Size in MiB 8 40'],
    });
    const answers = 'ZFS=yes; Size=4096';
    await at.plan(b, { script: 'own', answers });
    assert.deepEqual(at.setOf(b).entries[0]?.diff?.slice(-1), ['+4096']);
    assert.equal(at.setOf(b).rehearsed?.answers, answers);
    assert.equal(plannedOf(at.node.reports, b).plan.params['answers'], answers);
  });

  it('asks nobody what a rehearsal cannot know unless that was accepted', async () => {
    await layPrograms(at.site.root);
    at.enter('systemctl is-active web || echo down > /etc/web-is\n');
    await at.plan(a);
    assert.deepEqual(at.refusal(), {
      no: 'script-falls-short',
      script: 'own',
      short: [{ of: 'unanswered', what: ['systemctl is-active web'] }],
    });
  });

  it("sees nothing of Quorate's own on the node itself, whatever names it has, and the node is as before", async () => {
    const own = at.here('../own');
    mkdirSync(own);
    writeFileSync(join(own, 'key'), 'secret');
    symlinkSync(own, at.here('../link'));
    at.enter(
      `for at in own/* link/* root.scripts.yaml; do cat "${at.here('..')}/$at" >> /etc/quorate-seen; done || :\necho end >> /etc/quorate-seen\n`,
    );
    await at.node.stop();
    await at.begin({
      ...configOf({ ...at.site, root: '/', url: at.site.simulator.url, ca: at.site.simulator.ca }),
      own: [
        at.site.state,
        own,
        join(own, 'key'),
        at.here('../link'),
        demoCatalogue(at.site.root),
        '/run/systemd',
      ],
      scripts: demoCatalogue(at.site.root),
    });
    await at.plan(a);
    const [effect] = plannedOf(at.node.reports, a).plan.effects;
    assert.ok(effect?.kind === 'changeset');
    assert.deepEqual(effect.paths, ['/etc/quorate-seen']);
    assert.deepEqual(effect.entries[0]?.diff?.slice(1), ['+end']);
    assert.ok(effect.rehearsed?.unseen.includes(own), 'and the plan says so');
    assert.equal(existsSync('/etc/quorate-seen'), false);
  });

  it('is refused with the reason where nothing can be rehearsed', async () => {
    rmSync(at.site.root, { recursive: true });
    await at.plan(a, { script: 'name-the-nas' });
    assert.deepEqual(at.refusal(), { no: 'no-sandbox', why: `no root folder (${at.site.root})` });
  });

  it("touches nothing of Quorate's own, whoever agrees", async () => {
    mkdirSync(at.here('etc/quorate'));
    await at.node.stop();
    await at.begin({
      own: [at.site.state, at.here('etc/quorate')],
    });
    at.enter('echo "votes: none" > /etc/quorate/node-policy.yaml\n');
    await at.plan(a);
    assert.deepEqual(at.refusal(), {
      no: 'absolute',
      rule: 'own-files',
      fact: '/etc/quorate/node-policy.yaml',
    });
  });

  it('is in what the worker tells of its node', async () => {
    await at.send({ job: 'refresh' });
    const told = at.node.reports.findLast(({ report }) => report === 'inventory');
    const scripts = told?.report === 'inventory' ? told.inventory.scripts : [];
    assert.deepEqual(
      scripts.map((one) => [one.node, one.scripts.known && one.scripts.value.map(({ title }) => title)]),
      [['pve1', ['Name the file server']]],
    );
  });
});
