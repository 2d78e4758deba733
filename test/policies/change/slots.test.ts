import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchSlots } from '#policies/change/slots';

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, no) => no);

/** The most slots that can be filled, by trying everything. */
const bruteForce = (table: readonly (readonly boolean[])[], slot = 0, used = new Set<number>()): number => {
  if (slot === table.length) return 0;
  const without = bruteForce(table, slot + 1, used);
  const withOne = (table[slot] ?? []).map((fits, voter) =>
    fits && !used.has(voter) ? 1 + bruteForce(table, slot + 1, new Set([...used, voter])) : 0,
  );
  return Math.max(without, ...withOne);
};

const tables = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 7 }))
  .chain(([slots, voters]) =>
    fc.array(fc.array(fc.boolean(), { minLength: voters, maxLength: voters }), {
      minLength: slots,
      maxLength: slots,
    }),
  );

/** Every way in which up to 7 people fit 4 slots, but for the order of the people: one mask of slots a person, rising; a slot that nobody fits is none. */
function* everyCrowd(people: number, least = 0): Generator<readonly number[]> {
  yield [];
  if (people === 0) return;
  for (let mask = least; mask < 16; mask++)
    for (const rest of everyCrowd(people - 1, mask)) yield [mask, ...rest];
}

/** The most slots that can be filled, by Hall's theorem: of some slots, those remain empty that have too few people between them. */
const byHall = (crowd: readonly number[], slots: number): number => {
  let most = slots;
  for (let some = 1; some < 1 << slots; some++) {
    let [wanted, there] = [0, 0];
    for (let rest = some; rest > 0; rest >>= 1) wanted += rest & 1;
    for (const mask of crowd) if ((mask & some) !== 0) there += 1;
    most = Math.min(most, slots - wanted + there);
  }
  return most;
};

describe('matchSlots', () => {
  it('fills as many slots as can be, for every crowd of up to 7 people and 4 slots, in two orders', () => {
    let seen = 0;
    for (const crowd of everyCrowd(7))
      for (const people of [crowd, crowd.toReversed()]) {
        const filled = matchSlots(
          upTo(4),
          upTo(people.length),
          (slot, voter) => ((people[voter] ?? 0) >> slot) % 2 === 1,
        );
        const voters = filled.filter((voter) => voter !== null);
        if (voters.length !== byHall(people, 4) || new Set(voters).size !== voters.length)
          assert.fail(`${people.join()}: ${filled.join()}`);
        seen += 1;
      }
    assert.equal(seen, 2 * 245_157);
  });

  it('fills as many slots as trying everything does, for up to 7 people and 4 slots', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const filled = matchSlots(
          upTo(table.length),
          upTo(table[0]?.length ?? 0),
          (slot, voter) => table[slot]?.[voter] === true,
        );
        assert.equal(filled.filter((voter) => voter !== null).length, bruteForce(table));
      }),
      { numRuns: 500 },
    );
  });

  it('never puts one person into two slots, and nobody where they do not fit', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const filled = matchSlots(
          upTo(table.length),
          upTo(table[0]?.length ?? 0),
          (slot, voter) => table[slot]?.[voter] === true,
        );
        const people = filled.filter((voter) => voter !== null);
        assert.equal(new Set(people).size, people.length);
        for (const [slot, voter] of filled.entries())
          if (voter !== null) assert.equal(table[slot]?.[voter], true);
      }),
    );
  });

  it('takes two slots that ask for the same, and two voters who are alike, for two', () => {
    const admin = { role: 'admin' };
    assert.deepEqual(
      matchSlots([admin, admin], [admin, admin, admin], (slot, voter) => slot.role === voter.role),
      [admin, admin],
    );
    assert.deepEqual(
      matchSlots([admin, admin], [admin], () => true),
      [admin, null],
    );
  });

  it('passes the pair that greedy filling refuses: {Maria or Tom}, {Maria} with the votes of both', () => {
    const fits = [
      [true, true],
      [true, false],
    ];
    assert.deepEqual(
      matchSlots(upTo(2), upTo(2), (slot, voter) => fits[slot]?.[voter] === true),
      [1, 0],
    );
  });
});
