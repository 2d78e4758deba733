import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { FileState } from '#policies/effect';
import { no, ok, type Result } from '#policies/result';
import { locate, type Place } from './locate.ts';
import type { FileProblem } from './problem.ts';
import { readFileState, sameState } from './read-file.ts';
import { syncFolder } from './sync-folder.ts';

// The package write-file-atomic was read for this and not taken: it opens its temporary file without O_EXCL, sets mode
// and owner by name and after the sync, follows a link at the end and never syncs the folder, so that a power cut can
// lose a file that was reported as written.

/** The temporary file of a place: hidden, and with an ending that apt, run-parts and systemd pass over. */
const draftOf = ({ folder, name }: Place): string => join(folder, `.${name}.quorate-draft`);

const write = (place: Place, state: FileState): void => {
  const draft = draftOf(place);
  rmSync(draft, { force: true });
  try {
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(file, state.content);
      // The owner first: chown clears the set-user-id bits that chmod sets.
      fchownSync(file, state.uid, state.gid);
      fchmodSync(file, state.mode);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, place.full);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
};

/**
 * Takes a file from exactly one state to exactly another (null = no file), atomically and synced to disk. Where the
 * file is not as `from` says, nothing is touched. A broken disk throws.
 */
export const replaceFile = (
  root: string,
  path: string,
  { from, to }: { readonly from: FileState | null; readonly to: FileState | null },
): Result<true, FileProblem> => {
  const now = readFileState(root, path);
  if (!now.ok) return now;
  if (!sameState(now.value, from)) return no({ problem: 'differs', path, now: now.value });
  const place = locate(root, path);
  if (!place.ok) return place;
  if (to) write(place.value, to);
  else if (from) unlinkSync(place.value.full);
  syncFolder(place.value.folder);
  return ok(true);
};

/** Puts a file in a place whatever is there, atomically and synced to disk. A broken disk throws. */
export const putFile = (root: string, path: string, state: FileState): Result<true, FileProblem> => {
  const place = locate(root, path);
  if (!place.ok) return place;
  write(place.value, state);
  syncFolder(place.value.folder);
  return ok(true);
};

/** Removes what a killed write may have left beside the file. */
export const clearDraft = (root: string, path: string): void => {
  const place = locate(root, path);
  if (place.ok) rmSync(draftOf(place.value), { force: true });
};
