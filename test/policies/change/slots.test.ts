import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { matchSlots } from '#policies/change/slots';

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

describe('matchSlots', () => {
  it('fills as many slots as trying everything does, for up to 7 people and 4 slots', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const filled = matchSlots(
          table.length,
          table[0]?.length ?? 0,
          (slot, voter) => table[slot]?.[voter] === true,
        );
        assert.equal(filled.filter((voter) => voter !== -1).length, bruteForce(table));
      }),
      { numRuns: 500 },
    );
  });

  it('never puts one person into two slots, and nobody where they do not fit', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const filled = matchSlots(
          table.length,
          table[0]?.length ?? 0,
          (slot, voter) => table[slot]?.[voter] === true,
        );
        const people = filled.filter((voter) => voter !== -1);
        assert.equal(new Set(people).size, people.length);
        for (const [slot, voter] of filled.entries())
          if (voter !== -1) assert.equal(table[slot]?.[voter], true);
      }),
    );
  });

  it('passes the pair that greedy filling refuses: {Maria or Tom}, {Maria} with the votes of both', () => {
    const fits = [
      [true, true],
      [true, false],
    ];
    assert.deepEqual(
      matchSlots(2, 2, (slot, voter) => fits[slot]?.[voter] === true),
      [1, 0],
    );
  });
});
