import { fileURLToPath } from 'node:url';
import { type Complaint, readConfig } from '#db/config/read-config';
import type { Result } from '#policies/result';
import { Rules } from '#policies/rules/schema';

const PRESETS = new URL('../policies/rules/presets/', import.meta.url);

/** The rules of a preset (`two-person`, `one-admin`) or of a file, or everything that is wrong with it at once. */
export const readRules = (source: string): Result<Rules, Complaint[]> => {
  const file = source.startsWith('/') ? source : fileURLToPath(new URL(`${source}.yaml`, PRESETS));
  return readConfig(file, Rules);
};
