import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/quorate');
const UNPACKED = join(CACHE, 'ifupdown2');

/** Where apt keeps what was downloaded before. */
const ARCHIVES = '/var/cache/apt/archives';

const run = (file: string, args: readonly string[], cwd: string): boolean =>
  spawnSync(file, args, { cwd, stdio: 'ignore', timeout: 120_000 }).status === 0;

const packageIn = (folder: string): string | undefined => {
  const name = existsSync(folder)
    ? readdirSync(folder).find((one) => /^ifupdown2_.*\.deb$/.test(one))
    : undefined;
  return name && join(folder, name);
};

/** The real ifupdown2 of Debian, unpacked and never installed: its folder, or undefined where it cannot be had. */
export const ifupdown2 = (): string | undefined => {
  if (existsSync(UNPACKED)) return UNPACKED;
  mkdirSync(CACHE, { recursive: true });
  const draft = mkdtempSync(join(CACHE, 'draft-'));
  try {
    if (!packageIn(ARCHIVES)) run('apt-get', ['download', 'ifupdown2'], draft);
    const file = packageIn(ARCHIVES) ?? packageIn(draft);
    const root = join(draft, 'root');
    if (!file || !run('dpkg-deb', ['--extract', file, root], draft)) return undefined;
    // On a merged /usr the package's /sbin is /usr/sbin; its postinst makes the program executable.
    renameSync(join(root, 'sbin'), join(root, 'usr/sbin'));
    chmodSync(join(root, 'usr/share/ifupdown2/__main__.py'), 0o755);
    renameSync(root, UNPACKED);
    return UNPACKED;
  } catch (error) {
    // Another test process may have been first.
    if (existsSync(UNPACKED)) return UNPACKED;
    throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
};
