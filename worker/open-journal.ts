import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '#db/journal/journal';
import { openDatabase } from '#db/open';
import { keepPrivate } from '#db/private-file';
import type { WorkerConfig } from './config.ts';

/** Which worker it is and where it keeps its journal. */
export type JournalPlace = Pick<WorkerConfig, 'site' | 'node' | 'state'>;

/** The journal's file; its folder is made where there is none, for its owner alone. */
export const journalPath = ({ state }: JournalPlace): string => {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  return join(state, 'journal.db');
};

/** Opens the journal of a worker, which nobody but its owner can read. Throws a DatabaseError when it cannot be used. */
export const openJournalOf = (
  place: JournalPlace,
  { now, random }: Pick<Journal, 'now' | 'random'>,
): Journal => {
  const path = journalPath(place);
  keepPrivate(path);
  const db = openDatabase({ path, migrations: 'journal', now });
  return { db, now, random, address: `node.${place.site}.${place.node}` };
};
