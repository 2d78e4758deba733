import { readdirSync } from 'node:fs';
import { codeOf } from '../error-code.ts';

/** What lies in a folder of our own; nothing where it was not made yet. */
export const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
};
