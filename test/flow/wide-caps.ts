import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';

const preset = new URL('../../policies/rules/presets/two-person.yaml', import.meta.url);

/** For what asks for more at once than people may. */
const CAPS = { open_per_person: 1000, open: 1000, per_minute: 1000 };

/** Writes the preset two-person with caps that nobody reaches, and gives the path. */
export const layWideCaps = (folder: string): string => {
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, stringify({ ...parse(readFileSync(preset, 'utf8')), caps: CAPS }));
  return file;
};
