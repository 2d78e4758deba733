import type { Effect } from '#policies/effect';
import { readSysctl, writeSysctl } from '../shell/sysctl.ts';
import type { Kind } from './effect.ts';
import { done, failed, foundAs } from './ended.ts';
import type { Host } from './file.ts';

type Sysctl = Extract<Effect, { kind: 'sysctl' }>;

/** A kernel setting of now, from its recorded value to the wanted one. What the next start finds is in a file beside it. */
export const SYSCTL: Kind<Sysctl, { readonly host: Host }> = {
  apply: async ({ host: { root } }, { key, before, after }) => {
    const now = readSysctl(root, key);
    if (now !== before) return failed(`${key} is ${now ?? 'not there'}, not ${before}`);
    try {
      writeSysctl(root, key, after);
    } catch (error) {
      return failed(`${key}: ${error instanceof Error ? error.message : String(error)}`);
    }
    const then = readSysctl(root, key);
    return then === after ? done : failed(`${key} became ${then ?? 'unreadable'}, not ${after}`);
  },
  look: async ({ host: { root } }, { key, before, after }) => {
    const now = readSysctl(root, key);
    return foundAs(now === after, now === before);
  },
  invert: ({ key, before, after }) => ({ kind: 'sysctl', key, before: after, after: before }),
};
