import { randomBytes } from 'node:crypto';
import { environment, readJournalPlace } from '../config.ts';
import { openJournalOf } from '../open-journal.ts';
import { runFactorCommand } from './console.ts';

/** `npm run worker -- factor …` over this process's console; its exit code, 78 (EX_CONFIG) where nothing is configured. */
export const factorCommand = async (args: readonly string[]): Promise<number> => {
  const place = readJournalPlace(environment());
  if (!place.ok) {
    for (const { at, expected } of place.error) process.stderr.write(`${at}: expected ${expected}\n`);
    return 78;
  }
  const journal = openJournalOf(place.value, { now: Date.now, random: randomBytes });
  try {
    return await runFactorCommand({ journal, input: process.stdin, output: process.stdout }, args);
  } finally {
    journal.db.close();
  }
};
