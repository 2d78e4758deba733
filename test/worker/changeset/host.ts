import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '#worker/changeset/apply';
import type { ChangeSet } from '#worker/changeset/change';
import { below } from '#worker/changeset/meta';
import { scan } from '#worker/changeset/scan';
import { type Sealed, seal } from '#worker/changeset/seal';
import { rehearse } from './overlay.ts';

const LIMITS = { changes: 20_000, bytes: 2 ** 30 };

/** A small tree that stands for a host's, the store and the records of a worker beside it. */
export type Scratch = Host & { readonly folder: string; readonly store: string; readonly close: () => void };

const SEED = `
umask 022
mkdir -p etc/apt etc/skel/deep var/log
echo one > etc/one
echo two > etc/two
printf 'raw' > "etc/$(printf 'latin-\\351')"
ln -s one etc/link
echo rc > etc/skel/.bashrc
echo deep > etc/skel/deep/file
echo log > var/log/syslog
chmod 0640 var/log/syslog
`;

/** Opens a scratch host below the machine's folder for such things. */
export const openScratch = (seed = SEED): Scratch => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-changeset-'));
  const root = join(folder, 'root');
  mkdirSync(root);
  execFileSync('sh', ['-c', seed], { cwd: root });
  return {
    folder,
    root,
    store: join(folder, 'store'),
    transactions: join(folder, 'transactions'),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** What a script changes on a host, as a rehearsal finds it and keeps it. */
export const rehearsed = ({ folder, root, store }: Scratch, script: string): Sealed => {
  const layer = rehearse(folder, root, script);
  const found = scan([layer], LIMITS);
  if (!found.ok) throw new Error(`too ${found.error.too}`);
  mkdirSync(store, { recursive: true, mode: 0o700 });
  return seal(store, found.value, (path) => below(layer.upper, path));
};

/** The paths and what happens to each, short. */
export const told = (changes: ChangeSet): readonly string[] =>
  changes.map(({ path, before, after }) => `${before?.type ?? '-'} ${after?.type ?? '-'} ${path}`);
