import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { canonical } from '#db/canonical';
import { no, ok, type Result } from '#policies/result';
import type { BytePath, Change, ChangeSet } from './change.ts';
import { bytesOf, sha256Of, withFile } from './meta.ts';

/** A change set on disk: its digest names its folder, which holds the list and every new content by its sha256. */
export type Sealed = { readonly digest: string; readonly folder: string; readonly changes: ChangeSet };

/** Why a change set is not the one that was sealed. */
export type Broken = { readonly broken: 'missing' | 'list' | 'content'; readonly what: string };

const xattrs = z.record(z.string(), z.string());
const owned = { uid: z.int().min(0), gid: z.int().min(0), xattrs };
const moded = { ...owned, mode: z.int().min(0).max(0o7777) };

const StoredMeta = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('file'),
    ...moded,
    size: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    nlink: z.int().min(1),
    sameAs: z.string().nullable(),
  }),
  z.strictObject({ type: z.literal('directory'), ...moded }),
  z.strictObject({ type: z.literal('symlink'), ...owned, target: z.string() }),
  z.strictObject({ type: z.literal(['fifo', 'socket']), ...moded }),
  z.strictObject({ type: z.literal(['character', 'block']), ...moded, rdev: z.int().min(0) }),
]);

const Stored = z.strictObject({
  version: z.literal(1),
  changes: z.array(
    z.strictObject({
      path: z.string().startsWith('/'),
      before: StoredMeta.nullable(),
      after: StoredMeta.nullable(),
    }),
  ),
});

const LIST = 'changes.json';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const sync = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** New content that a change needs: that of files, once for each that is alike. */
const contentOf = ({ path, after }: Change): readonly (readonly [sha256: string, path: BytePath])[] =>
  after?.type === 'file' ? [[after.sha256, path]] : [];

const keep = (draft: string, sha256: string, source: BytePath): void => {
  const blob = join(draft, sha256);
  copyFileSync(bytesOf(source), blob, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  sync(blob);
};

/**
 * Keeps a change set and all its new content below `store` (0700), synced, so that what is applied later is what was shown
 * byte for byte, whatever becomes of the rehearsal. `sourceOf` tells where the rehearsal's file of a path lies.
 */
export const seal = (store: string, changes: ChangeSet, sourceOf: (path: BytePath) => BytePath): Sealed => {
  const text = canonical({ version: 1, changes: z.json().parse(changes) });
  const digest = digestOf(text);
  const folder = join(store, digest);
  if (existsSync(folder)) return { digest, folder, changes };
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o700 });
  for (const [sha256, path] of new Map(changes.flatMap(contentOf))) keep(draft, sha256, sourceOf(path));
  writeFileSync(join(draft, LIST), text, { mode: 0o600 });
  sync(join(draft, LIST));
  sync(draft);
  renameSync(draft, folder);
  sync(store);
  return { digest, folder, changes };
};

const changedContent = (folder: string, changes: ChangeSet): string | undefined =>
  [...new Set(changes.flatMap(contentOf).map(([sha256]) => sha256))].find((sha256) => {
    const blob = join(folder, sha256);
    return !existsSync(blob) || withFile(blob, sha256Of) !== sha256;
  });

/** Reads a change set back, and looks whether list and content are still those that were sealed. */
export const readSealed = (store: string, digest: string): Result<Sealed, Broken> => {
  const folder = join(store, digest);
  if (!existsSync(join(folder, LIST))) return no({ broken: 'missing', what: digest });
  const text = readFileSync(join(folder, LIST), 'utf8');
  if (digestOf(text) !== digest) return no({ broken: 'list', what: digest });
  const { changes } = Stored.parse(JSON.parse(text));
  const changed = changedContent(folder, changes);
  return changed === undefined ? ok({ digest, folder, changes }) : no({ broken: 'content', what: changed });
};

/** Forgets a change set. */
export const unseal = (store: string, digest: string): void =>
  rmSync(join(store, digest), { recursive: true, force: true });

/** Where a sealed file's content lies. */
export const blobOf = ({ folder }: Sealed, sha256: string): string => join(folder, sha256);
