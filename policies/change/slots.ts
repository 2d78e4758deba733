/**
 * Maximum bipartite matching by augmenting paths (Kuhn): for each slot the voter that fills it, or -1. Filling slots
 * first come first served would refuse valid pairs: slots {Maria or Tom}, {Maria} with votes of both must pass.
 * Cost O(slots × slots × voters).
 */
export const matchSlots = (
  slots: number,
  voters: number,
  fits: (slot: number, voter: number) => boolean,
): readonly number[] => {
  const slotOf = new Array<number>(voters).fill(-1);
  const place = (slot: number, seen: Set<number>): boolean => {
    for (let voter = 0; voter < voters; voter++) {
      if (seen.has(voter) || !fits(slot, voter)) continue;
      seen.add(voter);
      const holder = slotOf[voter] ?? -1;
      if (holder === -1 || place(holder, seen)) {
        slotOf[voter] = slot;
        return true;
      }
    }
    return false;
  };
  for (let slot = 0; slot < slots; slot++) place(slot, new Set());
  return Array.from({ length: slots }, (_, slot) => slotOf.indexOf(slot));
};
