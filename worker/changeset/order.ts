import type { Change, ChangeSet } from './change.ts';

/** A folder whose mode, owner or attributes change: what is full is not exchanged but set, in its place. */
export const isInPlace = ({ before, after }: Change): boolean =>
  before?.type === 'directory' && after?.type === 'directory';

/** Deletions first, from the deepest up; then the others, from the top down. Each is a place in the change set. */
export const orderOf = (changes: ChangeSet): readonly number[] => {
  const places = changes.map((_, place) => place);
  const deletes = (place: number): boolean => changes[place]?.after === null;
  return [...places.filter(deletes).reverse(), ...places.filter((place) => !deletes(place))];
};
