import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { debianTar, type Suite } from './debian-tar.ts';
import { layHost } from './lay-host.ts';
import { type LocalPackage, layPackages } from './local-packages.ts';

/** What a test sees: a root of its own, and the one below it that nothing changes. */
export type Root = { readonly root: string; readonly lower: string; readonly upper: string };

/** A root of a release, unpacked once; `fresh` puts an overlay over it for one test. */
export type Roots = {
  readonly lower: string;
  readonly fresh: <T>(use: (root: Root) => Promise<T>) => Promise<T>;
  readonly close: () => void;
};

/** Why roots cannot be had here; false = they can. */
export const noRoots = (): string | false =>
  process.getuid?.() === 0 ? false : 'needs root for overlays and chroot';

/** Unpacks a release and makes it look like a node with these packages to be had, and some of them installed. Rejects where no mirror can be reached. */
export const openRoots = (
  suite: Suite,
  packages: readonly LocalPackage[],
  installed: readonly string[] = [],
): Roots => {
  const folder = mkdtempSync(join(tmpdir(), `quorate-${suite}-`));
  const lower = join(folder, 'lower');
  mkdirSync(lower);
  execFileSync('tar', ['--numeric-owner', '--xattrs', '-C', lower, '-xpf', debianTar(suite)]);
  mkdirSync(join(lower, 'var/cache/apt/archives/partial'), { recursive: true });
  mkdirSync(join(lower, 'var/lib/apt/lists/partial'), { recursive: true });
  layHost(lower, suite);
  layPackages(lower, packages);
  for (const name of installed)
    execFileSync('chroot', [lower, 'apt-get', '-y', '-q', 'install', name], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  execFileSync('chroot', [lower, 'apt-get', 'clean']);
  let count = 0;
  const fresh = async <T>(use: (root: Root) => Promise<T>): Promise<T> => {
    count += 1;
    const at = join(folder, String(count));
    const [upper, work, root] = ['upper', 'work', 'root'].map((name) => join(at, name)) as [
      string,
      string,
      string,
    ]; // three names in, three paths out
    for (const each of [upper, work, root]) mkdirSync(each, { recursive: true });
    const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, root]);
    try {
      return await use({ root, lower, upper });
    } finally {
      execFileSync('umount', ['-l', root]);
      rmSync(at, { recursive: true, force: true });
    }
  };
  return { lower, fresh, close: () => rmSync(folder, { recursive: true, force: true }) };
};
