/** Recorded text to ours: UPIDs, digests and volume ids differ, so later lines that quote them are translated. */
export type Names = Map<string, string>;

const QUOTED = /^(UPID:|[0-9a-f]{40}$|[\w-]+:backup\/vzdump-)/;

const pairRows = (recorded: readonly unknown[], ours: readonly unknown[]): [unknown, unknown][] => {
  const key = (row: unknown): string => {
    const text = JSON.stringify(row);
    const id = text.match(/"(?:vmid|id|name|key)":("?[^",}]*)/)?.[1] ?? '';
    return `${id.padStart(24)} ${text.match(/"ctime":(\d+)/)?.[1] ?? ''}`;
  };
  const sorted = (rows: readonly unknown[]) =>
    [...rows].sort((one, other) => key(one).localeCompare(key(other)));
  const other = sorted(ours);
  return recorded.length === ours.length ? sorted(recorded).map((row, at) => [row, other[at]]) : [];
};

/** Remembers which of our texts stands for which recorded one. */
export const learn = (names: Names, recorded: unknown, ours: unknown): void => {
  if (typeof recorded === 'string' && typeof ours === 'string') {
    if (QUOTED.test(recorded) && QUOTED.test(ours) && recorded !== ours) names.set(recorded, ours);
  } else if (Array.isArray(recorded) && Array.isArray(ours)) {
    for (const [one, other] of pairRows(recorded, ours)) learn(names, one, other);
  } else if (typeof recorded === 'object' && recorded !== null && typeof ours === 'object' && ours !== null) {
    const theirs = new Map(Object.entries(ours));
    for (const [key, value] of Object.entries(recorded)) learn(names, value, theirs.get(key));
  }
};

/** The text with everything recorded replaced by ours. */
export const translate = (names: Names, text: string): string => {
  let result = text;
  for (const [recorded, ours] of names) {
    result = result.replaceAll(recorded, ours);
    result = result.replaceAll(encodeURIComponent(recorded), encodeURIComponent(ours));
    result = result.replaceAll(recorded.replaceAll('/', '%2F'), ours.replaceAll('/', '%2F'));
  }
  return result;
};
