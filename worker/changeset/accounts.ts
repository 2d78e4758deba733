/** A line of passwd, group or shadow that is new, gone or other. Of shadow only the name is told. */
export type AccountChange = {
  readonly file: 'passwd' | 'group' | 'shadow' | 'gshadow';
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
};

const SECRET = new Set(['shadow', 'gshadow']);

const linesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, Math.max(line.indexOf(':'), 0)), line]),
  );

/** Which accounts of one file changed, by name. */
export const accountChanges = (
  file: AccountChange['file'],
  before: string,
  after: string,
): readonly AccountChange[] => {
  const [old, young] = [linesOf(before), linesOf(after)];
  const told = (line: string | undefined): string | null =>
    line === undefined ? null : SECRET.has(file) ? 'redacted' : line;
  return [...new Set([...old.keys(), ...young.keys()])]
    .filter((name) => old.get(name) !== young.get(name))
    .sort()
    .map((name) => ({ file, name, before: told(old.get(name)), after: told(young.get(name)) }));
};
