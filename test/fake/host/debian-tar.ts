import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The releases that recipes are for. */
export const SUITES = ['bookworm', 'trixie'] as const;
/** One of them. */
export type Suite = (typeof SUITES)[number];

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/quorate');

/** Nothing here looks at them, and they are most of the bytes. */
const LEFT_OUT = [
  './var/cache/apt/*',
  './var/lib/apt/lists/*',
  './usr/share/doc/*',
  './usr/share/man/*',
  './usr/share/locale/*',
];

/** Where Debian is fetched from. */
export const MIRROR = 'http://deb.debian.org/debian';

const build = (suite: Suite, tar: string): void => {
  const folder = mkdtempSync(join(tmpdir(), `quorate-${suite}-`));
  // The root itself must be open to every user in it, and a temporary folder is not.
  const debian = join(folder, 'debian');
  try {
    const include = '--include=systemd,systemd-sysv,procps,logrotate,acl,attr';
    execFileSync('debootstrap', ['--variant=minbase', include, suite, debian, MIRROR], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    mkdirSync(CACHE, { recursive: true });
    const excludes = LEFT_OUT.map((path) => `--exclude=${path}`);
    execFileSync('tar', ['--numeric-owner', '--xattrs', ...excludes, '-C', debian, '-cf', `${tar}.new`, '.']);
    renameSync(`${tar}.new`, tar);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Where the smallest root of a release is kept as an archive; it is made the first time, which takes minutes and a mirror. */
export const debianTar = (suite: Suite): string => {
  const tar = join(CACHE, `${suite}.tar`);
  if (!existsSync(tar)) {
    console.log(`Making the smallest root of ${suite} with debootstrap: once.`);
    build(suite, tar);
  }
  return tar;
};
