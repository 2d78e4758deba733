import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeId } from '#test/db/journal/sample';
import { plannedOf } from '#test/worker/jobs/site';
import { skip } from '#test/worker/sandbox/rig';
import { lookAt } from '#worker/effects/table';
import { placesIn } from '#worker/scripts/places';
import { ENABLE, layPrograms, type ScriptNode, scriptNode } from './script-node.ts';

const [a, b] = [changeId('a'), changeId('b')];

describe("A script of a node's catalogue that asks the host for more than files", { skip }, () => {
  let at: ScriptNode;
  beforeEach(async () => {
    at = await scriptNode();
  });
  afterEach(() => at.close());

  it('that asks for what other effects do comes to those, after its files, and all of it is taken back', async () => {
    await layPrograms(at.site.root);
    at.enter(
      `${ENABLE}sysctl -w vm.swappiness=10 kernel.panic=5\nsysctl -qw vm.swappiness=20\nsystemctl start web\n`,
    );
    await at.plan(a);
    const { effects, risk } = plannedOf(at.node.reports, a).plan;
    const enabled = (active: boolean) => ({ enabled: 'enabled', active });
    assert.deepEqual(effects.slice(1), [
      { kind: 'sysctl', key: 'vm.swappiness', before: '60', after: '20' },
      { kind: 'sysctl', key: 'kernel.panic', before: '0', after: '5' },
      { kind: 'unit', unit: 'web.service', before: enabled(false), after: enabled(true) },
    ]);
    assert.deepEqual(at.setOf(a).units, [
      { name: 'web.service', before: null, after: 'multi-user.target.wants' },
    ]);
    assert.equal(risk, 'high', 'settings of the kernel are');
    await at.run(a);
    assert.equal(at.outcome(a)?.end, 'succeeded', JSON.stringify(at.outcome(a)));
    assert.deepEqual([at.text('proc/sys/vm/swappiness'), at.text('proc/sys/kernel/panic')], ['20\n', '5\n']);
    assert.ok(existsSync(at.here('run/fake/active/web.service')));
    await at.planUndo(b, a);
    await at.run(b);
    assert.equal(at.outcome(b)?.end, 'succeeded', JSON.stringify(at.outcome(b)));
    assert.deepEqual([at.text('proc/sys/vm/swappiness'), at.text('proc/sys/kernel/panic')], ['60\n', '0\n']);
    assert.equal(existsSync(at.here('run/fake/active/web.service')), false);
    assert.equal(existsSync(at.here('etc/systemd/system/multi-user.target.wants')), false);
  });

  it('that restarts what reads its files is carried out whole, and so is its way back', async () => {
    await layPrograms(at.site.root);
    mkdirSync(at.here('run/systemd/system'), { recursive: true });
    writeFileSync(at.here('run/fake/active/web.service'), '');
    const unit = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n';
    at.enter(
      `cd /etc/systemd/system; mkdir -p multi-user.target.wants web.service.d; echo '[Service]' > web.service.d/own.conf
printf '${unit.replaceAll('\n', '\\n')}' > new.service; ln -s /etc/systemd/system/new.service multi-user.target.wants/new.service
systemctl daemon-reload; systemctl start new; systemctl reload web; systemctl restart -q web\n`,
    );
    await at.plan(a);
    const { effects, blast } = plannedOf(at.node.reports, a).plan;
    const jobs = [{ job: 'daemon-reload' }, { job: 'try-restart', unit: 'web.service' }];
    assert.deepEqual(at.setOf(a).jobs, jobs);
    const enabled = (active: boolean) => ({ enabled: 'enabled', active });
    assert.deepEqual(effects.slice(1), [
      { kind: 'unit', unit: 'new.service', before: enabled(false), after: enabled(true) },
    ]);
    assert.deepEqual(blast, [{ blast: 'service-interrupted', node: 'pve1', service: 'web.service' }]);
    await at.run(a);
    assert.equal(at.outcome(a)?.end, 'succeeded', JSON.stringify(at.outcome(a)));
    const asked = ['systemctl daemon-reload', 'systemctl try-restart web.service'];
    assert.deepEqual(at.text('run/fake/log').trim().split('\n'), [...asked, 'systemctl start new.service']);
    rmSync(at.here('run/fake/log'));
    await at.planUndo(b, a);
    assert.deepEqual(plannedOf(at.node.reports, b).plan.blast, blast);
    await at.run(b);
    assert.equal(at.outcome(b)?.end, 'succeeded', JSON.stringify(at.outcome(b)));
    assert.deepEqual(at.text('run/fake/log').trim().split('\n'), ['systemctl stop new.service', ...asked]);
    assert.equal(existsSync(at.here('etc/systemd/system/new.service')), false);
  });

  it('whose files a unit does not take is taken back at once, and the unit is asked again', async () => {
    await layPrograms(at.site.root);
    mkdirSync(at.here('run/systemd/system'), { recursive: true });
    for (const path of ['active/web.service', 'fails-try-restart'])
      writeFileSync(at.here(`run/fake/${path}`), '');
    at.enter('echo broken > /etc/web.conf; systemctl restart web\n');
    await at.plan(a);
    await at.run(a);
    const end = at.outcome(a);
    assert.ok(end?.end === 'failed' || end?.end === 'reverted', JSON.stringify(end));
    assert.match(
      JSON.stringify(end.failure),
      /try-restart.*Job for web.service failed|Job for web.service failed/,
    );
    assert.equal(existsSync(at.here('etc/web.conf')), false);
    const calls = at.text('run/fake/log').trim().split('\n');
    assert.deepEqual(calls, ['systemctl try-restart web.service', 'systemctl try-restart web.service']);
  });

  it('whose worker was killed before a unit was asked asks it at its next start, and takes the files back where it fails', async () => {
    await layPrograms(at.site.root);
    mkdirSync(at.here('run/systemd/system'), { recursive: true });
    writeFileSync(at.here('run/fake/active/web.service'), '');
    at.enter('echo one > /etc/web.conf; systemctl restart web\n');
    await at.plan(a);
    await at.run(a);
    const { root, state } = at.site;
    const changes = placesIn(join(state, 'scripts'), root);
    const around = { host: { root }, api: null, network: null, changes };
    const look = () => lookAt(around, at.setOf(a), { upid: null, since: 0 });
    assert.equal((await look()).did, 'done');
    assert.deepEqual(at.text('run/fake/log').match(/try-restart/g)?.length, 2);
    writeFileSync(at.here('run/fake/fails-try-restart'), '');
    assert.equal((await look()).did, 'failed');
    assert.equal(existsSync(at.here('etc/web.conf')), false);
    assert.equal((await look()).did, 'nothing');
  });

  it('that asks for what no effect does exactly is planned only where that was accepted, and it is not done', async () => {
    await layPrograms(at.site.root);
    const calls = [
      'systemctl restart web',
      'systemctl stop web',
      'systemctl reload no-such-unit',
      'systemctl reload idle',
      'systemctl stop busy',
      'systemctl start busy',
      'systemctl restart own',
      'systemctl restart busy idle',
      'systemctl reload-or-restart web*',
      'systemctl daemon-reexec',
      'systemctl start no-such-unit',
      'systemctl enable --now --force web',
      'sysctl -w no.such.key=1',
      'sysctl -p',
    ];
    at.enter(
      `mkdir /etc/systemd/system/own.service.d; echo '[Service]' > /etc/systemd/system/own.service.d/a.conf\n${calls.map((call) => `${call} || :\n`).join('')}`,
    );
    await at.plan(a);
    assert.deepEqual(at.refusal(), {
      no: 'script-falls-short',
      script: 'own',
      short: [{ of: 'left-out', what: calls }],
    });
    await at.plan(b, { script: 'own', accept: 'left-out' });
    const { effects, checks } = plannedOf(at.node.reports, b).plan;
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      ['changeset'],
    );
    assert.deepEqual(at.setOf(b).rehearsed?.short, [{ of: 'left-out', what: calls }]);
    assert.equal(checks[0]?.state, 'warn');
    await at.run(b);
    assert.equal(existsSync(at.here('run/fake/log')), false, 'nothing was asked of the host');
  });
});
