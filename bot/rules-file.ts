import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readConfig } from '#db/config/read-config';
import type { RulesRead } from '#db/ledger/take-rules';
import { Rules } from '#policies/rules/schema';

const PRESETS = new URL('../policies/rules/presets/', import.meta.url);

const pathOf = (source: string): string =>
  source.startsWith('/') ? source : fileURLToPath(new URL(`${source}.yaml`, PRESETS));

/** The rules of a preset (`two-person`, `one-admin`) or of a file, or everything that is wrong with it at once. */
export const readRules = (source: string): RulesRead => readConfig(pathOf(source), Rules);

/** Looks at the rules once more: what they say, or null where nothing was edited since the last look that gave something. */
export type RulesLook = () => RulesRead | null;

/** What changes when a file is edited or replaced; empty for one that cannot be looked at. */
const stampOf = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? [stat.ino, stat.size, stat.mtimeMs, stat.ctimeMs].join() : '';
};

/**
 * Watches the rules of a preset or of a file. The first look always reads; later ones read what was edited and then left alone
 * from one look to the next, so that half a file that is being written is not taken for a broken one.
 */
export const watchRules = (source: string): RulesLook => {
  const path = pathOf(source);
  let read: string | null = null;
  let last: string | null = null;
  return () => {
    const stamp = stampOf(path);
    const settled = last === null || stamp === last;
    last = stamp;
    if (!settled || stamp === read) return null;
    read = stamp;
    return readRules(source);
  };
};
