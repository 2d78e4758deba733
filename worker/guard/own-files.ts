import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Config } from '#policies/config';

/** Where Quorate is configured when nothing else is said; the bot's part may be there though this worker never reads it. */
const USUAL = '/etc/quorate';

const pathOf = (text: string): string[] => {
  const path = text.replace(/^file:/, '');
  return path.startsWith('/') ? [path] : [];
};

const pathsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return pathOf(value);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
};

/**
 * Every path that a configuration names, and its own: state, keys, secrets, rules, the node's policy, the socket and what
 * both sides prove there. A key that is added to it is in the list by that alone. Only `root` is the host's, not ours.
 */
export const ownFiles = (config: Config, path: string): readonly string[] => {
  const { worker, ...rest } = config;
  const { root: _, ...ours } = worker ?? {};
  const socket = config.queue && 'socket' in config.queue ? [`${config.queue.socket}.secret`] : [];
  return [...new Set([USUAL, path, ...socket, ...pathsIn(rest), ...pathsIn(ours)])];
};

/** The path with its links resolved, as far as it is there. */
const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    // Not there yet: then only the folders above it can be links.
    const folder = dirname(path);
    return folder === path ? path : join(real(folder), basename(path));
  }
};

/** All the places by which a file can be replaced: its path, the same behind links of its folders, and what it links to. */
export const placesOf = (path: string): readonly string[] => [
  path,
  join(real(dirname(path)), basename(path)),
  real(path),
];
