import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { COMMANDS } from '#bot/commands/table';
import { type Filled, typedLine } from '#bot/commands/typed-line';
import { readLine } from '#bot/commands/words-of-line';

const argsOf = (command: string, filled: Filled): readonly string[] => {
  const line = typedLine(command, filled) ?? assert.fail(`/${command} has no such field`);
  return readLine(line)?.args ?? assert.fail(line);
};

describe('a form', () => {
  const cases: readonly [string, Filled, string][] = [
    ['stop', { guest: '101' }, '/stop 101'],
    ['stop', { reason: 'it hangs', guest: '101', at: '+2h' }, '/stop 101 reason="it hangs" at=+2h'],
    ['snapshot', { guest: 'web-01', name: 'before', ram: 'true' }, '/snapshot web-01 name=before ram=true'],
    ['migrate', { guest: '101', node: 'pve2' }, '/migrate 101 node=pve2'],
    ['freeze', { for: '2h', reason: 'storm' }, '/freeze for=2h reason=storm'],
    ['people', { do: 'add', what: 'kim', as: 'viewer' }, '/people add kim viewer'],
    ['settle', { change: '12', end: 'done' }, '/settle 12 done'],
    ['review', { change: '12', text: 'all was well' }, '/review 12 "all was well"'],
    ['link', { code: 'confirm', person: 'kim' }, '/link confirm kim'],
    ['scope', { person: 'kim', pool: 'web,db' }, '/scope kim pool=web,db'],
    ['status', {}, '/status'],
  ];
  for (const [command, filled, line] of cases)
    test(`is the line ${line}`, () => assert.equal(typedLine(command, filled), line));

  test('of a command that there is not, or with a field that it has not, is no line', () => {
    assert.equal(typedLine('reboot_all', {}), null);
    assert.equal(typedLine('status', { guest: '101' }), null);
    assert.equal(typedLine('stop', { guest: '101', ['__proto__x']: 'y' }), null);
  });

  test('without a value that comes before another by its place ends there: no value takes the place of another', () => {
    assert.equal(typedLine('link', { person: 'kim' }), '/link');
    assert.equal(typedLine('people', { as: 'admin' }), '/people');
  });

  const tricky = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[a-z_]{1,8}=.{0,8}$/),
    fc.constantFrom(
      '101 reason=x',
      '" reason="x',
      'reason=x',
      '/stop 102',
      'a" at=+1h b="',
      '\u202e"\u0000',
      '\n/stop 9',
    ),
  );

  test('keeps each value one argument: none becomes another, whatever is written into it', () => {
    const commands = COMMANDS.filter(({ options = [] }) => options.length > 0);
    fc.assert(
      fc.property(
        fc.constantFrom(...commands).chain(({ name, options = [] }) =>
          fc.record({
            name: fc.constant(name),
            options: fc.constant(options),
            filled: fc.record(Object.fromEntries(options.map((one) => [one.name, tricky])), {
              requiredKeys: [],
            }),
          }),
        ),
        ({ name, options, filled }) => {
          const args = argsOf(name, filled as Filled); // a record of texts by option
          const named = options.filter((one) => one.named);
          const alone = args.filter((arg) => !named.some((one) => arg.startsWith(`${one.name}=`)));
          const shape = /^[a-z_]+=/;
          assert.ok(
            alone.every((arg) => !shape.test(arg)),
            JSON.stringify(args),
          );
          for (const one of named) {
            const said = args.filter((arg) => arg.startsWith(`${one.name}=`));
            assert.ok(said.length <= (Object.hasOwn(filled, one.name) ? 1 : 0), JSON.stringify(args));
          }
          assert.ok(args.length <= Object.keys(filled).length, JSON.stringify(args));
          assert.equal(readLine(typedLine(name, filled as Filled) ?? '')?.command, name); // as above
        },
      ),
      { numRuns: 3_000 },
    );
  });
});

describe('the fields of commands', () => {
  for (const { name, usage, options = [] } of COMMANDS)
    test(`/${name}: required ones come first, those typed by their place before those with a name, none twice`, () => {
      const required = options.map((one) => one.required);
      assert.ok(!required.slice(required.indexOf(false)).includes(true) || !required.includes(false), name);
      assert.equal(new Set(options.map((one) => one.name)).size, options.length);
      assert.equal(options.length > 0, usage.includes(' '), usage);
      if (usage.includes('reason=')) assert.ok(options.some((one) => one.name === 'reason'));
    });
});
