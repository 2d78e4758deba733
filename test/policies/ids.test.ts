import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { z } from 'zod';
import { ChangeId, NodeName, PersonId, PlanHash, SiteId, Vmid } from '#policies/ids';
import { Code } from '#policies/second-factor';

const hex = '0123456789abcdef'.repeat(4);

/** What is read, what is refused, and what a refusal says should stand there. */
const IDS: readonly (readonly [
  what: string,
  schema: z.ZodType,
  says: string,
  fine: readonly unknown[],
  wrong: readonly unknown[],
])[] = [
  [
    'A change',
    ChangeId,
    'a change id of 20 characters a-z, 2-7',
    ['a'.repeat(20), 'abcdefghijklmnopqrst', 'uvwxyz234567abcdefgh'],
    ['', 'a'.repeat(19), 'a'.repeat(21), `A${'a'.repeat(19)}`, `1${'a'.repeat(19)}`, `8${'a'.repeat(19)}`],
  ],
  [
    'A plan',
    PlanHash,
    'a sha256 in hex',
    [hex],
    ['', hex.slice(1), `${hex}0`, hex.toUpperCase(), `g${hex.slice(1)}`],
  ],
  [
    'A person',
    PersonId,
    'a name such as "ada": 1-32 of a-z 0-9 -, a letter first',
    ['a', 'ada', 'ada-2', 'a'.repeat(32)],
    ['', 'Ada', '2ada', '-ada', 'ada!', 'a_b', 'a b', 'ada@example.org', 'a'.repeat(33)],
  ],
  [
    'A site',
    SiteId,
    'a site name such as "home"',
    ['h', 'home', 'dc-2', 'h'.repeat(32)],
    ['', 'Home', '2home', '-home', 'home!', 'home/lab', 'h'.repeat(33)],
  ],
  [
    'A node',
    NodeName,
    'a node name such as "pve1"',
    ['p', 'pve1', 'PVE1', '101', 'pve-1', 'p'.repeat(63)],
    ['', '-pve', 'pve-', 'pve_1', 'pve.lan', 'pve 1', 'pve1!', '!pve1', 'p'.repeat(64)],
  ],
  [
    'A guest',
    Vmid,
    'a guest id from 100 to 999999999',
    [100, '101', 999_999_999],
    [99, 0, -101, 1_000_000_000, 100.5, 'web', '', null, {}],
  ],
];

describe('A name that stands for something', () => {
  for (const [what, schema, says, fine, wrong] of IDS) {
    it(`${what} is read from what is exactly its name, to its first and last character`, () => {
      for (const value of fine) assert.equal(schema.safeParse(value).success, true, String(value));
    });
    it(`${what} is not read from anything else: it is told ${says}`, () => {
      for (const value of wrong)
        assert.equal(schema.safeParse(value).error?.issues[0]?.message, says, String(value));
    });
  }

  it('is never a text around it: a code is six digits and nothing else', () => {
    for (const code of ['000000', '123456']) assert.equal(Code.safeParse(code).success, true);
    for (const text of ['', '12345', '1234567', 'a123456', '123456a', '12345a', ' 123456'])
      assert.equal(Code.safeParse(text).success, false, text);
  });
});
