/** So many values are kept read by each reader. */
const MOST_READ = 1000;

const isSame = <R extends object>(one: R, other: R): boolean => {
  for (const column in one) if (one[column] !== other[column]) return false;
  return true;
};

/**
 * Reads rows as `read` does, each once as long as none of its columns is another: to hold one against its schema takes longer than to
 * fetch it. `read` must be about the row alone. What it gives is shared, so nobody may change it.
 */
export const readOnce = <R extends { readonly id: string }, T>(read: (row: R) => T): ((row: R) => T) => {
  const known = new Map<string, { readonly row: R; readonly value: T }>();
  return (row) => {
    const kept = known.get(row.id);
    if (kept && isSame(row, kept.row)) return kept.value;
    const value = read(row);
    if (known.size >= MOST_READ) known.clear();
    known.set(row.id, { row, value });
    return value;
  };
};
