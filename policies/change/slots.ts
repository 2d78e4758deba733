type Place<S> = { readonly slot: S };
type Hand<S, V> = { readonly voter: V; fills: Place<S> | null };

/**
 * Maximum bipartite matching by augmenting paths (Kuhn): for each slot the voter that fills it, or null; a voter fills one at
 * most. Filling slots first come first served would refuse valid pairs: slots {Maria or Tom}, {Maria} with votes of both must pass.
 * Cost O(slots × slots × voters).
 */
export const matchSlots = <S, V>(
  slots: readonly S[],
  voters: readonly V[],
  fits: (slot: S, voter: V) => boolean,
): readonly (V | null)[] => {
  const places = slots.map((slot) => ({ slot }));
  const hands = voters.map((voter): Hand<S, V> => ({ voter, fills: null }));
  const fill = (place: Place<S>, seen: Set<Hand<S, V>>): boolean => {
    for (const hand of hands) {
      if (seen.has(hand) || !fits(place.slot, hand.voter)) continue;
      seen.add(hand);
      if (hand.fills === null || fill(hand.fills, seen)) {
        hand.fills = place;
        return true;
      }
    }
    return false;
  };
  for (const place of places) fill(place, new Set());
  return places.map((place) => hands.find(({ fills }) => fills === place)?.voter ?? null);
};
