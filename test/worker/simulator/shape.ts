/** What a JSON value looks like: field names and types, without values. List items are merged into one. */
export type Shape = Record<string, string>;

const kindOf = (value: unknown): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;

const into = (shape: Map<string, Set<string>>, path: string, value: unknown): void => {
  const kinds = shape.get(path) ?? new Set<string>();
  shape.set(path, kinds.add(kindOf(value)));
  if (Array.isArray(value)) for (const item of value) into(shape, `${path}[]`, item);
  else if (typeof value === 'object' && value !== null)
    for (const [key, item] of Object.entries(value)) into(shape, `${path}.${key}`, item);
};

/** Paths to the types seen there, `data[].vmid` to `number`. */
export const shapeOf = (value: unknown): Shape => {
  const shape = new Map<string, Set<string>>();
  into(shape, '', value);
  return Object.fromEntries([...shape].map(([path, kinds]) => [path, [...kinds].sort().join('|')]));
};

/** One line per path where the shapes differ; `ignore` are patterns of paths that are no promise. */
export const shapeDifferences = (recorded: unknown, ours: unknown, ignore: readonly RegExp[]): string[] => {
  const expected = shapeOf(recorded);
  const actual = shapeOf(ours);
  return [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    .filter((path) => !ignore.some((pattern) => pattern.test(path)))
    .filter((path) => expected[path] !== actual[path])
    .map(
      (path) => `${path}: recorded ${expected[path] ?? 'nothing'}, simulated ${actual[path] ?? 'nothing'}`,
    );
};

const sortKey = (value: unknown): string => JSON.stringify(value);

/** The value without volatile fields and with lists in a fixed order: Perl gives rows in any order. */
export const settled = (value: unknown, volatile: readonly string[]): unknown => {
  if (Array.isArray(value))
    return value
      .map((item) => settled(item, volatile))
      .sort((one, other) => sortKey(one).localeCompare(sortKey(other)));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => !volatile.includes(key));
  return Object.fromEntries(
    kept
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([key, item]) => [key, settled(item, volatile)]),
  );
};
