import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { type Listed, Survivor } from './survivors.ts';

const FOLDER = join(import.meta.dirname, 'survivors');

const Entries = z.array(Survivor);

const entriesOf = (name: string): readonly Survivor[] => {
  try {
    return Entries.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')));
  } catch (cause) {
    throw new Error(`test/mutation/survivors/${name} is no list of survivors`, { cause });
  }
};

/** Every list of survivors. Throws where one cannot be read. */
export const readListed = (): Listed =>
  Object.fromEntries(
    globSync('*.json', { cwd: FOLDER })
      .toSorted()
      .map((name) => [basename(name, '.json'), entriesOf(name)]),
  );
