import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { type Complaint, parseConfig } from '#db/config/read-config';
import { decide } from '#policies/decide/decide';
import { Rules } from '#policies/rules/schema';
import { asked } from '../decide/asked.ts';

const GOOD = `version: 1
zone: Europe/Berlin
groups: { net: [ada] }
windows: { night: { from: "22:00", until: "05:00" } }
rules:
  - id: stop
    match: { action: [guest.stop] }
    need: [{ count: 1, role: admin }]
    window: night
`;

const read = (text: string) => parseConfig(text, Rules);

/** Complaints that a person can use: each says what was expected, and nothing of our own insides. */
const complains = (text: string): readonly Complaint[] => {
  const rules = read(text);
  assert.ok(!rules.ok, 'the file is refused');
  assert.ok(rules.error.length > 0);
  for (const { expected } of rules.error) {
    assert.notEqual(expected, '');
    assert.doesNotMatch(expected, /undefined|\[object|\n\s+at /);
  }
  return rules.error;
};

/** Refused, with a complaint at this place in this line. */
const complainsAt = (text: string, at: string, line: number | null): void => {
  const places = complains(text).map((one) => `${one.at} ${one.line}`);
  assert.ok(places.includes(`${at} ${line}`), `${at} ${line} in ${places.join(' | ')}`);
};

const edit = (from: string, to: string): string => {
  assert.ok(GOOD.includes(from));
  return GOOD.replace(from, to);
};

describe('A rule file that is wrong', () => {
  it('is good before it is made wrong', () => {
    assert.ok(read(GOOD).ok);
  });

  it('with a key twice is refused, wherever it is, in the line of the second', () => {
    complainsAt(`${GOOD}version: 1\n`, '', 10);
    complainsAt(edit('    window: night', '    window: night\n    need: []'), '', 10);
    complainsAt(edit('{ action: [guest.stop] }', '{ action: [guest.stop], action: [guest.start] }'), '', 7);
  });

  it('with aliases that multiply is refused at once', () => {
    const levels = Array.from({ length: 12 }, (_, no) => {
      const list = no === 0 ? 'x' : `*a${no - 1}`;
      return `a${no}: &a${no} [${Array.from({ length: 10 }, () => list).join(', ')}]`;
    });
    const before = performance.now();
    complains(`${GOOD}${levels.join('\n')}\n`);
    assert.ok(performance.now() - before < 5000);
  });

  it('with an alias that is its own content, or that nobody made, is refused', () => {
    complains(edit('[{ count: 1, role: admin }]', '&self [*self]'));
    complains(edit('[{ count: 1, role: admin }]', '*nobody'));
  });

  it('with a word that was a boolean in older YAML, or a time without quotes, is refused at its place or read as text', () => {
    complainsAt(edit('    window: night', '    window: no'), 'rules.0.window', 9);
    complainsAt(edit('from: "22:00"', 'from: 2200'), 'windows.night.from', 4);
    const unquoted = read(edit('"22:00"', '22:00'));
    assert.ok(
      unquoted.ok && unquoted.value.windows['night']?.from === 22 * 60,
      'as people mean it, not as 1320 s',
    );
    complainsAt(edit('id: stop', 'id: true'), 'rules.0.id', 6);
    const off = read(edit('id: stop', 'id: off'));
    assert.ok(off.ok && off.value.rules[0]?.id === 'off');
  });

  it('that calls for older YAML is refused or reads the same: a time must not become a number, nor a name a boolean', () => {
    const old = `%YAML 1.1\n---\n`;
    const same = read(old + GOOD);
    const plain = read(GOOD);
    if (same.ok) assert.deepEqual(same.value, plain.ok && plain.value);
    complains(old + edit('"22:00"', '22:00'));
    complains(old + edit('id: stop', 'id: off'));
    complains(old + edit('[ada]', '[yes]'));
  });

  it('with a megabyte of rules is read or refused in seconds, whatever it is made of', () => {
    const many = Array.from(
      { length: 9000 },
      (_, no) => `  - { id: r${no}, match: { vmid: [${100 + no}] }, need: [{ count: 1, role: admin }] }\n`,
    );
    const big = `version: 1\nrules:\n${many.join('')}`;
    assert.ok(big.length > 600_000);
    assert.ok(read(big).ok);
    complains(`${GOOD}# ${'x'.repeat(1_000_000)}\nshoe: 44\n`);
    complains('x'.repeat(1_000_000));
    complains(edit('guest.stop', 'x'.repeat(1_000_000)));
  });

  it('nested deeply is refused', () => {
    complains(`${GOOD}shoe: ${'['.repeat(2000)}${']'.repeat(2000)}\n`);
    complains(edit('[{ count: 1, role: admin }]', `${'['.repeat(500)}${']'.repeat(500)}`));
    complains(`${GOOD}shoe: ${'{a: '.repeat(200)}1${'}'.repeat(200)}\n`);
  });

  it('with keys of every object is refused: they are no groups, windows or sites of anybody', () => {
    for (const key of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
      complains(`${GOOD}${key}: { need: [] }\n`);
      complains(edit('window: night', `window: ${key}`));
      complains(edit('role: admin }]', `group: ${key} }]`));
      complains(edit('    window: night', `    window: night\n    ${key}: { need: [] }`));
    }
    complains(`${GOOD}__proto__: { mode: standard, rules: [] }\n`);
    const groups = read(edit('{ net: [ada] }', '{ __proto__: [ada] }'));
    assert.ok(!groups.ok || !('ada' in Object.prototype));
    assert.equal(Object.getPrototypeOf({}), Object.prototype);
  });

  it('with another key in a rule that has no verdict is refused, not a crash', () => {
    complainsAt(edit('    need: [', '    needs: ['), 'rules.0.needs', 8);
  });

  it('with another key anywhere is refused at that key', () => {
    complainsAt(`${GOOD}shoe: 44\n`, 'shoe', 10);
    complainsAt(edit('    window: night', '    window: night\n    shoe: 44'), 'rules.0.shoe', 10);
    complainsAt(
      edit('{ action: [guest.stop] }', '{ action: [guest.stop], shoe: 44 }'),
      'rules.0.match.shoe',
      7,
    );
  });

  const values = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      '',
      'no',
      'on',
      '22:00',
      0,
      -1,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      [],
      {},
      [[]],
    ),
    fc.string(),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const paths = ['version', 'mode', 'sites', 'zone', 'groups', 'windows', 'freezes', 'rules'] as const;
  const keys = [
    'id',
    'match',
    'need',
    'who',
    'alone',
    'deny',
    'expires',
    'vote_valid_for',
    'cooldown',
    'revert',
    'window',
    'reason',
    'confirm',
  ];

  it('with any value in any place is read or complained about, and never lets more happen in silence', () => {
    const rule = { id: 'stop', match: { action: ['guest.stop'] }, need: [{ count: 1, role: 'admin' }] };
    const file = { version: 1, rules: [rule] };
    const edits = fc.oneof(
      fc.tuple(fc.constantFrom(...paths), values).map(([key, value]) => ({ ...file, [key]: value })),
      fc
        .tuple(fc.constantFrom(...keys), values)
        .filter(([key]) => key !== 'need')
        .map(([key, value]) => ({ ...file, rules: [{ ...rule, [key]: value }] })),
    );
    fc.assert(
      fc.property(edits, (edited) => {
        const text = stringify(edited);
        const rules = read(text);
        if (!rules.ok) return void complains(text);
        assert.notEqual(decide(rules.value, asked()).verdict, 'allow');
      }),
      { numRuns: 3000 },
    );
  });

  it('with characters taken out, put in or doubled is read or complained about', () => {
    const cut = fc.tuple(
      fc.nat(GOOD.length),
      fc.nat(12),
      fc.oneof(
        fc.constant(''),
        fc.string({ maxLength: 4 }),
        fc.constantFrom('&a ', '*a', '!!binary ', '? ', '- ', '\t', '---\n', '%YAML 1.1\n', '\u0000', '<<: '),
      ),
    );
    fc.assert(
      fc.property(cut, ([at, length, put]) => {
        const text = GOOD.slice(0, at) + put + GOOD.slice(at + length);
        const rules = read(text);
        if (!rules.ok) return void complains(text);
        assert.notEqual(decide(rules.value, asked()).verdict, 'allow');
      }),
      { numRuns: 3000 },
    );
  });
});
