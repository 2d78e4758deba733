import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { digestOf } from '#db/canonical';
import { no, ok, type Result } from '#policies/result';
import { codeOf } from '../error-code.ts';
import { syncFileSystem } from '../libc/file-calls.ts';
import type { BytePath, Change, ChangeSet } from './change.ts';
import { type ChangeProblem, Refused, refusable } from './change-problem.ts';
import type { KnownHashes } from './known-hashes.ts';
import { parseChanges } from './parse-changes.ts';
import { LARGEST_FILE, readMeta } from './read-meta.ts';
import type { Scanned } from './scan.ts';
import { syncFolder } from './sync-folder.ts';

/** A change set that is kept: what people agree to is its digest, the SHA-256 of the changes in canonical JSON. */
export type Sealed = { readonly digest: string; readonly changes: ChangeSet };

/** Where the content of a new or changed file is kept. */
export const contentPath = (store: string, sha256: string): string => join(store, 'content', sha256);

/** Up to this size (bytes) reading and writing is several times faster than the system's copy. */
const SMALL = 64 * 1024;

const copyNew = (from: string | Buffer, to: Buffer): void => {
  if (lstatSync(from).size > SMALL)
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  else writeFileSync(to, readFileSync(from), { flag: 'wx', mode: 0o600 });
};

/** Copies a content out of the store; throws Refused where it is not there. */
export const copyContent = (store: string, to: Buffer, sha256: string, path: BytePath): void => {
  const kept = contentPath(store, sha256);
  if (!existsSync(kept)) throw new Refused({ problem: 'content-missing', path, sha256 });
  copyNew(kept, to);
};

const manifestPath = (store: string, digest: string): string => join(store, 'sets', `${digest}.json`);

/** The file's change of a set, undefined where it brings no content. */
const contentIn = ({ after }: Change): string | undefined =>
  after?.type === 'file' ? after.sha256 : undefined;

const hashOf = (file: string, { path }: Change, known?: KnownHashes): string | undefined => {
  const meta = readMeta(Buffer.from(file), { path, most: LARGEST_FILE, ...(known ? { known } : {}) });
  return meta?.type === 'file' ? meta.sha256 : undefined;
};

/** Throws Refused where a file is not there, or is not what was sealed. */
const checkContent = (file: string, change: Change, sha256: string, known?: KnownHashes): void => {
  const found = hashOf(file, change, known);
  if (found === sha256) return;
  const problem = found === undefined ? 'content-missing' : 'content-altered';
  throw new Refused({ problem, path: change.path, sha256 });
};

/** What a link cannot be made of: another file system, a file that nobody may change, one with too many links. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EMLINK']);

/** Whether it could be had as a link. What it was besides its content goes: nothing in the store is anybody's to run. */
const linked = (from: string | Buffer, to: string): boolean => {
  try {
    linkSync(from, to);
  } catch (error) {
    if (NO_LINK.has(codeOf(error) ?? '')) return false;
    throw error;
  }
  chownSync(to, 0, 0);
  chmodSync(to, 0o600);
  return true;
};

/** Under its hash in the store is only what has it: a plan file may claim anything, and what lies there once stays. */
const takeIn = (
  from: string | Buffer,
  kept: string,
  of: { readonly change: Change; readonly sha256: string; readonly known: KnownHashes | undefined },
): void => {
  const draft = `${kept}.draft`;
  rmSync(draft, { force: true });
  try {
    // To make 350 new files took 270 ms of the 1.9 s of a rehearsed apt install.
    if (!linked(from, draft)) copyNew(from, Buffer.from(draft));
    checkContent(draft, of.change, of.sha256, of.known);
    renameSync(draft, kept);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
};

const keepContent = (store: string, { content, known }: Scanned, change: Change): void => {
  const sha256 = contentIn(change);
  if (sha256 === undefined) return;
  const kept = contentPath(store, sha256);
  if (existsSync(kept)) return checkContent(kept, change, sha256);
  const from = content.get(sha256);
  if (!from) throw new Refused({ problem: 'content-missing', path: change.path, sha256 });
  takeIn(from, kept, { change, sha256, known });
};

/** Writes a file under a name of its own first, synced, so that under its true name it is whole. */
export const writeWhole = (path: string, text: string): void => {
  const fd = openSync(`${path}.draft`, 'w', 0o600);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${path}.draft`, path);
};

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Keeps a scanned change set in `store`, a private folder: each content by its SHA-256, the changes by their digest. When
 * it returns, all of it is on disk; the rehearsal's own folders are needed no more.
 */
export const seal = (store: string, scanned: Scanned): Result<Sealed, ChangeProblem> => {
  const { changes } = scanned;
  for (const folder of ['content', 'sets']) mkdirSync(join(store, folder), { recursive: true, mode: 0o700 });
  const digest = digestOf(changes);
  try {
    return refusable(() => {
      for (const change of changes) keepContent(store, scanned, change);
      const manifest = manifestPath(store, digest);
      writeFileSync(`${manifest}.draft`, JSON.stringify(changes), { mode: 0o600 });
      // Contents and list at once; the list gets its name only when all of it is on disk.
      syncFileSystem(store);
      renameSync(`${manifest}.draft`, manifest);
      syncFolder(join(store, 'sets'));
      return { digest, changes };
    });
  } catch (error) {
    if (!NO_SPACE.has(codeOf(error) ?? '')) throw error;
    return no({ problem: 'no-space', mount: store });
  }
};

const manifestOf = (store: string, digest: string): Result<ChangeSet, ChangeProblem> => {
  let text: string;
  try {
    text = readFileSync(manifestPath(store, digest), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return no({ problem: 'manifest-missing', digest });
    throw error;
  }
  const changes = parseChanges(text);
  return changes && digestOf(changes) === digest ? ok(changes) : no({ problem: 'manifest-altered', digest });
};

/** Reads a kept change set back. Every byte of it is looked at again: what was altered is named. */
export const readSealed = (store: string, digest: string): Result<Sealed, ChangeProblem> => {
  const changes = manifestOf(store, digest);
  if (!changes.ok) return changes;
  return refusable(() => {
    for (const change of changes.value) {
      const sha256 = contentIn(change);
      if (sha256 !== undefined) checkContent(contentPath(store, sha256), change, sha256);
    }
    return { digest, changes: changes.value };
  });
};
