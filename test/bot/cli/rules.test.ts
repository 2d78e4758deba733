import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ACTIONS } from '#policies/actions';
import { openShell } from './run-quorate.ts';

const STOP =
  'version: 1\nzone: Europe/Berlin\nrules:\n  - { id: stop, match: { action: [guest.stop] }, need: [{ count: 1, role: admin }] }\n';
const FREE = STOP.replace('[{ count: 1, role: admin }]', '[]');
const NOWHERE = { QUORATE_CONFIG: '' };

describe('quorate rules', () => {
  const shell = openShell();
  let [stop, free] = ['', ''];
  before(async () => {
    stop = shell.put('stop.yaml', STOP);
    free = shell.put('free.yaml', FREE);
    for (const [id, role] of [
      ['ada', 'admin'],
      ['ivan', 'admin'],
      ['omar', 'operator'],
    ] as const)
      assert.equal((await shell.run(['people', 'add', id, '--role', role])).code, 0);
  });
  after(() => shell.close());

  it('check says of a good file that it is good, and of another one all that is wrong with its place', async () => {
    assert.equal((await shell.run(['rules', 'check', stop], NOWHERE)).code, 0);
    const bad = shell.put(
      'bad.yaml',
      `${STOP}  - { id: stop, match: { action: [guest.fly] }, need: [] }\nshoe: 44\n`,
    );
    const { err, code } = await shell.run(['rules', 'check', bad], NOWHERE);
    assert.equal(code, 1);
    assert.match(err, /rules\.1\.match\.action\.0 \(line 5\): expected an action of the catalogue/);
    assert.match(err, /shoe \(line 6\): expected no such key/);
  });

  it('lint tells what looks wrong and exits 1, about people only where there are some', async () => {
    const { out, code } = await shell.run(['rules', 'lint', free]);
    assert.match(out, /stop: nobody else has to agree to guest\.stop \(risk high\)/);
    assert.equal(code, 1);
    assert.match(
      (await shell.run(['rules', 'lint', stop], NOWHERE)).out,
      /nobody can ever change these rules/,
    );
    const change =
      '  - { id: rules, match: { action: [rules.change] }, need: [{ count: 1, role: admin }] }\n';
    const calm = await shell.run(['rules', 'lint', shell.put('calm.yaml', `${STOP}${change}`)], NOWHERE);
    assert.match(calm.out, /nothing is said about people\.\nnothing looks wrong/);
    assert.equal(calm.code, 0);
    assert.match(
      (await shell.run(['rules', 'lint'])).out,
      /^nothing looks wrong/,
      'the configured rules, where no file is named',
    );
  });

  it('explain tells what each rule asks for, of the rules in force or of a file', async () => {
    const { out, code } = await shell.run(['rules', 'explain', 'guest.stop', '101', '--as', 'omar']);
    assert.match(out, /needs 1 admin besides omar.*\n {2}Rule high-risk asks for: 1 admin/);
    assert.equal(code, 0);
    const other = await shell.run(['rules', 'explain', 'guest.start', '101', '--as', 'omar', '--file', stop]);
    assert.match(other.out, /^no: /);
    assert.equal(other.code, 1);
  });

  it('simulate tells who fills which place, who cannot, and when it may begin by the clocks of the zone', async () => {
    const simulate = (...more: readonly string[]) =>
      shell.run(['rules', 'simulate', 'guest.stop', '101', '--as', 'omar', '--file', stop, ...more]);
    const { out, code } = await simulate('--votes', 'ada', '--at', '2026-11-29T02:30');
    assert.match(
      out,
      /1 admin: ada\n {2}omar cannot: You asked for this.*\nIt may begin from 2026-11-29T02:30 Europe\/Berlin until 2026-11-29T03:00/,
    );
    assert.equal(code, 0);
    assert.equal((await simulate()).code, 1);
    assert.equal((await simulate('--at', 'noon')).code, 2);
    assert.match((await simulate('--votes', 'ghost')).err, /There is no person ghost/);
  });

  it('test holds a table of cases against a file, and tells each case that is not as it says', async () => {
    const table = (verdict: string) =>
      shell.put(
        'cases.yaml',
        `version: 1\ncases:\n  - { name: a stop, request: { action: guest.stop, target: 101, as: omar }, expect: ${verdict} }\n`,
      );
    const good = await shell.run(['rules', 'test', table('ask'), '--file', stop]);
    assert.match(good.out, /^1 of 1 case as expected/);
    assert.equal(good.code, 0);
    const wrong = await shell.run(['rules', 'test', table('allow'), '--file', stop]);
    assert.match(
      wrong.out,
      /^WRONG a stop: expected allow; the rules say ask: 1 admin \(rules: stop\)\n0 of 1/,
    );
    assert.equal(wrong.code, 1);
    assert.match((await shell.run(['rules', 'test', stop])).err, /rules \(line 4\): expected no such key/);
  });

  it('diff tells what becomes looser and exits 1 for it, and 0 for the way back and for nothing', async () => {
    const loose = await shell.run(['rules', 'diff', stop, free], NOWHERE);
    assert.match(loose.out, /^guest\.stop by an operator: 1 admin -> nobody \(looser\)$/m);
    assert.equal(loose.code, 1);
    const tight = await shell.run(['rules', 'diff', free, stop]);
    assert.match(tight.out, /nobody -> 1 admin \(tighter\)/);
    assert.equal(tight.code, 0);
    assert.equal((await shell.run(['rules', 'diff', stop, stop])).code, 0);
  });

  it('schema prints a JSON Schema that knows every action', async () => {
    const { out } = await shell.run(['rules', 'schema'], NOWHERE);
    const schema = JSON.stringify(JSON.parse(out));
    for (const action of Object.keys(ACTIONS)) assert.ok(schema.includes(`"${action}"`), action);
    assert.doesNotMatch(schema, /"items":\{\}/);
  });

  it('a verb that is none, or used wrongly, shows how it is used and exits 2', async () => {
    for (const args of [
      ['paint'],
      ['constructor'],
      ['diff', stop],
      ['explain', 'guest.fly'],
      ['test', '--shoe'],
    ]) {
      const { err, code } = await shell.run(['rules', ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.match(err, /usage: quorate rules/);
    }
  });
});
