import type { KeyObject } from 'node:crypto';
import { immediate, type OpenDatabase } from '../open.ts';
import { auditHead } from './append.ts';
import { writeNote } from './note.ts';

/** `key` is an Ed25519 private key, `origin` the name of this log (no white space), `at` in ms. */
export type Sealing = { readonly origin: string; readonly key: KeyObject; readonly at: number };

/**
 * Signs the chain as it stands, keeps the note in the file and returns it, so that it can be posted where whoever may
 * write the file may not. Undefined while the log is empty; the same note again while nothing was added.
 */
export const appendCheckpoint = (db: OpenDatabase, { origin, key, at }: Sealing): string | undefined =>
  immediate(db, () => {
    const { seq: size, hash: head } = auditHead(db);
    if (size === 0) return undefined;
    const find = db.sqlite
      .prepare<[number], string>('SELECT note FROM audit_checkpoint WHERE size = ?')
      .pluck();
    const known = find.get(size);
    if (known !== undefined) return known;
    const note = writeNote({ origin, size, head }, key);
    db.sqlite.prepare('INSERT INTO audit_checkpoint (size, note, at) VALUES (?, ?, ?)').run(size, note, at);
    return note;
  });
