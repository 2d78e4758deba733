import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { apply } from '#worker/changeset/apply';
import { beginUpper, type Scanned, scan } from '#worker/changeset/scan';
import { readSealed, seal } from '#worker/changeset/seal';
import { undo } from '#worker/changeset/undo';
import type { Workshop } from '#worker/changeset/way';
import { milliseconds } from './row.ts';

/** A tree on this disk, a script that changes it, and what is kept of it. */
export type Site = {
  readonly folder: string;
  readonly root: string;
  readonly script: string;
  readonly lay: (root: string) => void;
  readonly shop: Workshop;
};

/** `script` runs in the tree that `lay` makes. */
export const siteIn = (folder: string, script: string, lay: (root: string) => void): Site => {
  const root = join(folder, 'root');
  mkdirSync(folder);
  lay(root);
  const [store, journal] = [join(folder, 'store'), join(folder, 'journal')];
  const host = { root, mounts: [{ path: '/', profile: 'posix' as const }] };
  return { folder, root, script, lay, shop: { store, journal, host, step: () => undefined } };
};

const run = (script: string, cwd: string): void =>
  void execFileSync('sh', ['-ec', script], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });

/** Writes the script's changes into an overlay of the tree, as a rehearsal does, and reads them (ms of the reading alone). */
export const scanOf = ({
  folder,
  root,
  script,
}: Site): { readonly scanned: Scanned; readonly ms: number } => {
  const layer = { mount: '/', lower: root, upper: join(folder, 'upper') };
  const [work, merged] = [join(folder, 'work'), join(folder, 'merged')];
  beginUpper(layer);
  for (const each of [work, merged]) mkdirSync(each);
  const options = `lowerdir=${root},upperdir=${layer.upper},workdir=${work},index=off,xino=off,volatile`;
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', options, merged]);
  try {
    run(script, merged);
  } finally {
    execFileSync('umount', [merged]);
  }
  let found: ReturnType<typeof scan> | undefined;
  const ms = milliseconds(() => {
    found = scan([layer]);
  });
  assert.ok(found?.ok);
  // What was rehearsed stays until the whole folder goes: ext4 takes long to make files where many were just removed.
  return { scanned: found.value, ms };
};

/** The script run bare on a tree like it, and then on disk, as what is applied is (ms of both). */
export const bareRun = ({
  folder,
  script,
  lay,
}: Site): { readonly ms: number; readonly unsynced: number } => {
  const twin = join(folder, 'twin');
  lay(twin);
  execFileSync('sync', ['-f', twin]);
  const unsynced = milliseconds(() => run(script, twin));
  const synced = milliseconds(() => void execFileSync('sync', ['-f', twin]));
  return { ms: unsynced + synced, unsynced };
};

/** Keeps what was scanned; its digest. */
export const sealOf = ({ shop }: Site, scanned: Scanned): string => {
  const sealed = seal(shop.store, scanned);
  assert.ok(sealed.ok);
  return sealed.value.digest;
};

/** Carries a kept set out, read and looked at anew (ms). */
export const applyOf = ({ shop, folder }: Site, digest: string): number => {
  execFileSync('sync', ['-f', folder]);
  return milliseconds(() => {
    const sealed = readSealed(shop.store, digest);
    assert.ok(sealed.ok && apply(shop, sealed.value, 'bench').ok);
  });
};

/** Takes it back (ms). */
export const undoOf = ({ shop, folder }: Site): number => {
  execFileSync('sync', ['-f', folder]);
  return milliseconds(() => {
    const undone = undo(shop, 'bench');
    assert.ok(undone.ok && undone.value.left.length === 0);
  });
};
