import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import { planOf } from '#db/journal/plans';
import { ChangeId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import type { Probe } from '#policies/probe';
import { ok } from '#policies/result';
import type { Subsystem } from '#policies/subsystem';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { hostBasisNow } from '#worker/recipes/host-basis';
import { hostAt, look } from '../recipes/carried-out.ts';
import { NODE, rig } from './rig.ts';

const id = (letter: string): ChangeId => ChangeId.parse(letter.repeat(20));
const [a, b, c, d, u, v] = [id('a'), id('b'), id('c'), id('d'), id('u'), id('v')];

/** A clock that moves by a minute for each change. */
let now = 1_790_000_000_000;
let r: ReturnType<typeof rig>;
beforeEach(() => {
  r = rig({ recipes: readRecipes(RECIPES) }, () => now);
});
afterEach(() => r.close());

const text = (path: string): string | null =>
  existsSync(join(r.root, path)) ? readFileSync(join(r.root, path), 'utf8') : null;

const run = (change: ChangeId): Promise<void> =>
  r.send({ job: 'run', change, ticket: r.ticket(change, { expires: now + 60_000 }) });

/** A change of a recipe, done a minute after the one before it. */
const done = async (
  change: ChangeId,
  recipe: string,
  files: Record<string, string | null>,
): Promise<void> => {
  now += 60_000;
  r.wants(files);
  await r.plan(change, recipe);
  await run(change);
};

const ask = (change: ChangeId, subsystem: Subsystem, since: number): Promise<void> => {
  const params = { subsystem, since, to: 'then' };
  return r.send({ job: 'plan', change, action: 'change.undo', target: NODE, params });
};

const planned = (change: ChangeId): Plan =>
  planOf(r.journal, change)?.plan ?? assert.fail(JSON.stringify(r.reports().at(-1)));

const refused = (): WorkerRefusal => {
  const last = r.reports().at(-1);
  return last?.report === 'refused' ? last.refusal : assert.fail(JSON.stringify(last));
};

const ended = (): string | undefined => {
  const last = r.reports().at(-1);
  return last?.report === 'finished' ? last.outcome.end : last?.report;
};

describe('an undo of what was done to a part of a node since a moment', () => {
  it('is one plan of the undos, newest first, and leads to the last byte as it was', async () => {
    writeFileSync(join(r.root, 'etc/x'), 'old\n', { mode: 0o640 });
    const before = now;
    await done(a, 'memory', { '/etc/x': 'one\n', '/etc/y': 'more\n' });
    await done(b, 'network-tuning', { '/etc/net': 'other\n' });
    await done(c, 'limits', { '/etc/x': 'two\n' });
    await ask(u, 'kernel', before);
    const { effects, undoes, checks, probes } = planned(u);
    assert.deepEqual(
      effects.map((effect) => effect.kind === 'file' && [effect.path, effect.after?.content ?? null]),
      [
        ['/etc/x', 'one\n'],
        ['/etc/y', null],
        ['/etc/x', 'old\n'],
      ],
    );
    assert.deepEqual(undoes, {
      changes: [
        { change: c, what: 'limits' },
        { change: a, what: 'memory' },
      ],
      stop: null,
      older: [],
    });
    assert.deepEqual(checks, [{ check: 'later-edit', state: 'ok', facts: {} }]);
    assert.equal(probes.length, 2, 'a file is looked for as it is in the end, once');
    await run(u);
    assert.equal(ended(), 'succeeded');
    assert.deepEqual([text('etc/x'), text('etc/y'), text('etc/net')], ['old\n', null, 'other\n']);
  });

  it('leaves what was done before that moment, and what was taken back already', async () => {
    await done(a, 'memory', { '/etc/a': 'a\n' });
    const before = now + 1;
    await done(b, 'memory', { '/etc/b': 'b\n' });
    await done(c, 'memory', { '/etc/c': 'c\n' });
    now += 60_000;
    await r.send({ job: 'plan', change: d, action: 'change.undo', target: NODE, params: { of: c, no: 3 } });
    await run(d);
    await ask(u, 'kernel', before);
    assert.deepEqual(planned(u).undoes?.changes, [{ change: b, what: 'memory' }]);
    await run(u);
    assert.deepEqual([text('etc/a'), text('etc/b'), text('etc/c')], ['a\n', null, null]);
    await ask(v, 'kernel', before);
    assert.deepEqual(refused(), { no: 'nothing-to-do' });
  });

  it('ends before the first that was edited since, and says which are left', async () => {
    const before = now;
    await done(a, 'memory', { '/etc/a': 'a\n' });
    await done(b, 'limits', { '/etc/b': 'b\n' });
    await done(c, 'kexec', { '/etc/c': 'c\n' });
    writeFileSync(join(r.root, 'etc/b'), 'mine\n');
    await ask(u, 'kernel', before);
    const { undoes, checks } = planned(u);
    assert.deepEqual(undoes, {
      changes: [{ change: c, what: 'kexec' }],
      stop: {
        change: b,
        what: 'limits',
        why: null,
        checks: [{ check: 'later-edit', state: 'stop', facts: { path: '/etc/b' } }],
      },
      older: [{ change: a, what: 'memory' }],
    });
    assert.deepEqual(checks, [{ check: 'later-edit', state: 'ok', facts: {} }]);
    await run(u);
    assert.deepEqual([text('etc/a'), text('etc/b'), text('etc/c')], ['a\n', 'mine\n', null]);
  });

  it('is refused by name where not even the newest can be taken back', async () => {
    const before = now;
    await done(a, 'memory', { '/etc/a': 'a\n' });
    now += 60_000;
    r.wants({ '/etc/b': 'b\n' }, { undo: { possible: false, why: 'already-happened' } });
    await r.plan(b, 'limits');
    await run(b);
    await ask(u, 'kernel', before);
    assert.deepEqual(refused(), {
      no: 'undo-stopped',
      stop: { change: b, what: 'limits', why: 'already-happened', checks: [] },
      older: 1,
    });
    assert.equal(text('etc/b'), 'b\n');
  });

  it('ends before a change that failed and left something in place, and passes over one that left nothing', async () => {
    const before = now;
    await done(a, 'memory', { '/etc/a': 'a\n' });
    await done(b, 'limits', { '/missing/b': 'never\n' });
    await ask(u, 'kernel', before);
    assert.deepEqual(planned(u).undoes, { changes: [{ change: a, what: 'memory' }], stop: null, older: [] });
    r.journal.db.sqlite.exec(
      `UPDATE executions SET outcome = json_set(outcome, '$.end', 'failed') WHERE change = '${a}'`,
    );
    r.journal.db.sqlite.exec(
      `UPDATE executions SET outcome = json_set(outcome, '$.step', 0, '$.failure', json('{"failure":"not-seen"}')) WHERE change = '${a}'`,
    );
    await ask(v, 'kernel', before);
    const no = refused();
    assert.ok(no.no === 'undo-stopped' && no.stop.why === 'did-not-succeed', JSON.stringify(no));
  });

  it('is planned anew where another change of that part was done before it began', async () => {
    const before = now;
    await done(a, 'memory', { '/etc/a': 'a\n' });
    await ask(u, 'kernel', before);
    await done(b, 'limits', { '/etc/b': 'b\n' });
    await run(u);
    const stale = r.reports().at(-1);
    assert.ok(stale?.report === 'stale', JSON.stringify(stale));
    assert.deepEqual(stale.drift, [{ of: 'changes to take back', planned: a, now: `${b} ${a}` }]);
    assert.equal(text('etc/a'), 'a\n');
  });

  it('that fails on the way puts back what it had taken back', async () => {
    const before = now;
    await done(a, 'memory', { '/etc/a': 'a\n' });
    await done(b, 'limits', { '/etc/b': 'b\n' });
    await ask(u, 'kernel', before);
    let steps = 0;
    const { worker } = r;
    const at = worker.at;
    Object.assign(worker, {
      at: (point: Parameters<typeof at>[0]) => {
        steps += point === 'step-done' ? 1 : 0;
        if (point === 'step-done' && steps === 1) writeFileSync(join(r.root, 'etc/a'), 'just now\n');
        at(point);
      },
    });
    await run(u);
    assert.equal(ended(), 'reverted');
    assert.deepEqual([text('etc/a'), text('etc/b')], ['just now\n', 'b\n']);
  });

  it('looks at a kernel setting as newer changes leave it once they are taken back', async () => {
    const swappiness = join(r.root, 'proc/sys/vm/swappiness');
    mkdirSync(dirname(swappiness), { recursive: true });
    writeFileSync(swappiness, '60\n');
    Object.assign(r.worker.eyes, {
      see: (_: unknown, probes: readonly Probe[]) => look(r.root, probes),
      basisNow: async ({ basis }: Plan) => ok(await hostBasisNow(hostAt(r.root), basis)),
    });
    const set = async (change: ChangeId, [was, is]: readonly [string, string]): Promise<void> => {
      now += 60_000;
      const key = 'vm.swappiness';
      const basis = [{ of: `sysctl ${key}`, value: was }];
      const probes = [{ probe: 'sysctl', key, want: is } as const];
      r.wants({}, { effects: [{ kind: 'sysctl', key, before: was, after: is }], basis, probes });
      await r.plan(change, 'memory');
      await run(change);
      assert.equal(ended(), 'succeeded');
    };
    const before = now;
    await set(a, ['60', '10']);
    await set(b, ['10', '20']);
    await ask(u, 'kernel', before);
    assert.deepEqual(
      planned(u).probes.map((probe) => probe.probe === 'sysctl' && probe.want),
      ['60'],
    );
    await run(u);
    assert.equal(ended(), 'succeeded');
    assert.equal(readFileSync(swappiness, 'utf8'), '60\n');
    await set(c, ['60', '30']);
    writeFileSync(swappiness, '31\n');
    await set(d, ['31', '40']);
    await ask(v, 'kernel', before);
    assert.deepEqual(planned(v).undoes?.stop?.checks, [
      { check: 'later-edit', state: 'stop', facts: { probe: 'sysctl' } },
    ]);
    assert.equal(planned(v).undoes?.stop?.change, c);
  });
});
