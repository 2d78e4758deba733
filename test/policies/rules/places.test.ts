import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complaint, fileOf, glassed, good, matching, ruled } from './file.ts';

/** Places of a file with what may stand there and what may not; what a complaint says. */
const PLACES: readonly (readonly [
  at: string,
  says: string,
  file: (value: unknown) => object,
  fine: readonly unknown[],
  wrong: readonly unknown[],
])[] = [
  [
    'rules.0.id',
    'an id such as "night-window"',
    (id) => ruled({ id }),
    ['a', 'r2', 'night-window', 'a'.repeat(64)],
    ['', '2r', '-a', 'Night', 'a_b', 'a b', 'ä', 'night!', 'a'.repeat(65)],
  ],
  [
    'rules.0.cooldown',
    'a time such as "20m", "8h" or "2d"',
    (cooldown) => ruled({ cooldown }),
    ['1s', '20m', '8h', '2d', '999999d'],
    ['', 'm', '0m', '-1m', '1', '1w', '1.5h', '1h ', ' 1h', '1h30m', '1000000s'],
  ],
  [
    'rules.0.match.vmid.0',
    'a guest id such as 101 or a range such as "100-199"',
    (vmid) => matching({ vmid: [vmid] }),
    [100, 999_999_999, '100-100', '100-199', '100-999999999'],
    [null, true, {}],
  ],
  [
    'rules.0.match.vmid.0',
    'a range of guest ids such as "100-199"',
    (vmid) => matching({ vmid: [vmid] }),
    ['100-999999999'],
    ['', '101', '10-200', '100-', '-199', 'a100-199', '100-199a', '100-1234567890'],
  ],
  [
    'rules.0.match.vmid.0',
    'a range whose first guest id, from 100, is not above its last',
    (vmid) => matching({ vmid: [vmid] }),
    ['100-101'],
    ['099-200', '200-199'],
  ],
  ['rules.0.match.vmid.0', 'at least 100', (vmid) => matching({ vmid: [vmid] }), [100], [99, 0, -1]],
  [
    'rules.0.match.group.0',
    'a group name such as "net"',
    (group) => matching({ group: [group] }),
    ['net'],
    ['', '2n', 'Net', 'n_t', 'net!', 'n'.repeat(33)],
  ],
  [
    'groups',
    'a group name such as "net"',
    (group) => fileOf({ groups: { [String(group)]: ['ada'] } }),
    ['n', 'net-2', 'n'.repeat(32)],
    ['', '2n', 'Net', 'n_t', 'net!', 'n'.repeat(33)],
  ],
  [
    'break_glass.most',
    'so many in so long, such as "3 per 24h"',
    (most) => glassed({ most }),
    ['1 per 1s', '3 per 24h', '99 per 999999d'],
    [
      3,
      '',
      '0 per 1h',
      '03 per 1h',
      '100 per 1h',
      '3 per 0h',
      '3 per 24',
      '3 per 24w',
      '3per 24h',
      'a3 per 24h',
      '3 per 24hs',
      '3 per 1000000s',
    ],
  ],
];

describe('A place of a rule file', () => {
  for (const [at, says, file, fine, wrong] of PLACES) {
    it(`${at} is read where it holds ${says}`, () => {
      for (const value of fine) good(file(value));
    });
    it(`${at} is complained about where it does not hold ${says}`, () => {
      for (const value of wrong) {
        const said = complaint(file(value));
        assert.ok(said.startsWith(at), said);
        assert.ok(at === 'groups' || said === `${at}: ${says}`, `${JSON.stringify(value)}: ${said}`);
      }
    });
  }
});
