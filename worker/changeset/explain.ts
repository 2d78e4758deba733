import { isUtf8 } from 'node:buffer';
import { createTwoFilesPatch } from 'diff';
import { type AccountChange, accountChanges } from './accounts.ts';
import type { BytePath, Change, ChangeSet, Meta } from './change.ts';
import { installedIn, type PackageChange, packageChanges } from './packages.ts';
import { isSecret } from './secret-path.ts';
import { shownPath, shownText } from './shown-text.ts';

/** Contents of both sides of a change; null where the side is no file, or its content is not to be had. */
export type ContentOf = (change: Change, side: 'before' | 'after') => Buffer | null;

/** A unit that is started at boot, or masked, or is no more; `by` is the folder or the mask. */
export type UnitChange = { readonly unit: string; readonly by: string; readonly on: boolean };

/** Why an entry's content is not shown as a diff. */
export type Unshown = 'secret' | 'binary' | 'large' | 'not-a-file' | 'same-content' | 'unavailable';

/** One path for people: `path` and `diff` are escaped. `before` and `after` are the facts, mode and owner among them. */
export type Entry = {
  readonly path: string;
  readonly before: Meta | null;
  readonly after: Meta | null;
  readonly diff: string | null;
  readonly unshown: Unshown | null;
};

/** A change set as people read it. Nothing is dropped: each change is counted in `packageFiles` or stands in one list. */
export type Explained = {
  readonly packages: readonly PackageChange[];
  /** Paths of the packages and of dpkg's and apt's own books, which the list of packages stands for. */
  readonly packageFiles: readonly BytePath[];
  readonly accounts: readonly AccountChange[];
  readonly units: readonly UnitChange[];
  readonly entries: readonly Entry[];
};

/** Largest text of which a diff is made (bytes), and how long one may take (ms): `diff` gave up on 20,000 other lines after 1.4 s. */
const LARGEST = 1024 * 1024;
const PATIENCE = 500;

const hasContent = (meta: Meta | null): boolean => meta?.type === 'file';

const sameContent = ({ before, after }: Change): boolean =>
  before?.type === 'file' && after?.type === 'file' && before.sha256 === after.sha256;

const tooLarge = (meta: Meta | null): boolean => meta?.type === 'file' && meta.size > LARGEST;

const unshownBy = (change: Change): Unshown | null => {
  if (!hasContent(change.before) && !hasContent(change.after)) return 'not-a-file';
  if (sameContent(change)) return 'same-content';
  if (isSecret(change.path)) return 'secret';
  return tooLarge(change.before) || tooLarge(change.after) ? 'large' : null;
};

const isBinary = (bytes: Buffer): boolean => !isUtf8(bytes) || bytes.includes(0);

const diffOf = (path: string, before: string, after: string): string | undefined =>
  createTwoFilesPatch(path, path, shownText(before), shownText(after), undefined, undefined, {
    context: 3,
    timeout: PATIENCE,
  });

const withDiff = (change: Change, contentOf: ContentOf): Pick<Entry, 'diff' | 'unshown'> => {
  const unshown = unshownBy(change);
  if (unshown) return { diff: null, unshown };
  const sides = (['before', 'after'] as const).map((side) =>
    hasContent(change[side]) ? contentOf(change, side) : Buffer.alloc(0),
  );
  const [before, after] = sides;
  if (!before || !after) return { diff: null, unshown: 'unavailable' };
  if (isBinary(before) || isBinary(after)) return { diff: null, unshown: 'binary' };
  const diff = diffOf(shownPath(change.path), before.toString('utf8'), after.toString('utf8'));
  return diff === undefined ? { diff: null, unshown: 'large' } : { diff, unshown: null };
};

const BOOKS = /^\/var\/(lib\/(dpkg|apt)|cache\/(apt|debconf)|log\/(apt|dpkg\.log))(\/|$)/;
const STATUS = '/var/lib/dpkg/status';
const LISTS = /^\/var\/lib\/dpkg\/info\/[^/]+\.list$/;
const ACCOUNTS = /^\/etc\/(passwd|group|shadow|gshadow)$/;
const UNITS = /^\/etc\/systemd\/(?:system|user)\/(?:([^/]+\.(?:wants|requires))\/)?([^/]+)$/;

const text = (content: Buffer | null): string => content?.toString('utf8') ?? '';

/** Every path that a package lists, of packages that came or changed or go. */
const ownedPaths = (changes: ChangeSet, contentOf: ContentOf): ReadonlySet<string> =>
  new Set(
    changes
      .filter(({ path }) => LISTS.test(path))
      .flatMap((change) => [contentOf(change, 'before'), contentOf(change, 'after')])
      .flatMap((list) => (list === null ? [] : list.toString('latin1').split('\n'))),
  );

const packagesIn = (changes: ChangeSet, contentOf: ContentOf): readonly PackageChange[] => {
  const status = changes.find(({ path }) => path === STATUS);
  if (!status) return [];
  const [before, after] = [contentOf(status, 'before'), contentOf(status, 'after')];
  return packageChanges(installedIn(text(before)), installedIn(text(after)));
};

const accountsIn = (change: Change, contentOf: ContentOf): readonly AccountChange[] => {
  // The pattern allows these four names only.
  const file = ACCOUNTS.exec(change.path)?.[1] as AccountChange['file'] | undefined;
  if (file === undefined) return [];
  return accountChanges(file, text(contentOf(change, 'before')), text(contentOf(change, 'after')));
};

const isMask = (meta: Meta | null): boolean => meta?.type === 'symlink' && meta.target === '/dev/null';

const unitIn = ({ path, before, after }: Change): UnitChange | undefined => {
  const [, wants, unit] = UNITS.exec(path) ?? [];
  if (unit === undefined) return undefined;
  if (wants === undefined)
    return isMask(before) === isMask(after) ? undefined : { unit, by: 'mask', on: isMask(after) };
  const [was, is] = [before?.type === 'symlink', after?.type === 'symlink'];
  return was === is ? undefined : { unit, by: wants, on: is };
};

/**
 * A change set in the words of the system: packages from dpkg's own books (with the files they own folded into them),
 * accounts, units at boot, and everything else entry by entry with its diff.
 */
export const explain = (changes: ChangeSet, contentOf: ContentOf): Explained => {
  const packages = packagesIn(changes, contentOf);
  const owned = packages.length === 0 ? new Set<string>() : ownedPaths(changes, contentOf);
  // Configuration is always shown, though a package owns it.
  const folded = ({ path }: Change): boolean =>
    packages.length > 0 && (BOOKS.test(path) || (owned.has(path) && !path.startsWith('/etc/')));
  const rest = changes.filter((change) => !folded(change));
  const accounts = rest.flatMap((change) => accountsIn(change, contentOf));
  const units = rest.flatMap((change) => unitIn(change) ?? []);
  const entries = rest
    .filter((change) => unitIn(change) === undefined)
    .map((change) => ({
      path: shownPath(change.path),
      before: change.before,
      after: change.after,
      ...withDiff(change, contentOf),
    }));
  return { packages, packageFiles: changes.filter(folded).map(({ path }) => path), accounts, units, entries };
};
