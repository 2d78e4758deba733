/** A package as dpkg's status has it, by `name:architecture`. */
export type Packages = ReadonlyMap<string, string>;

/** What became of a package; versions as dpkg writes them, null where it is not installed. */
export type PackageChange = {
  readonly package: string;
  readonly before: string | null;
  readonly after: string | null;
};

const field = (paragraph: string, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'm').exec(paragraph)?.[1] ?? '';

/** The installed packages in a status file (deb822, /var/lib/dpkg/status). */
export const installedIn = (status: string): Packages =>
  new Map(
    status
      .split(/\n{2,}/)
      .filter((paragraph) => field(paragraph, 'Status').endsWith(' installed'))
      .map((paragraph) => [
        `${field(paragraph, 'Package')}:${field(paragraph, 'Architecture')}`,
        field(paragraph, 'Version'),
      ]),
  );

/** Packages that are installed, gone, or of another version afterwards, by name. */
export const packageChanges = (before: Packages, after: Packages): readonly PackageChange[] =>
  [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((name) => ({ package: name, before: before.get(name) ?? null, after: after.get(name) ?? null }))
    .filter((change) => change.before !== change.after);
