import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Config } from '#policies/config';

/** Where Quorate is configured when nothing else is said; the bot's part may be there though this worker never reads it. */
const USUAL = '/etc/quorate';

/** Where systemd reads units from: https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html */
const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

/** The units that start Quorate, their drop-ins, and the environment that they may read secrets from. */
const UNITS: readonly string[] = ['quorate', 'quorate-bot', 'quorate-worker'].flatMap((unit) => [
  `/etc/default/${unit}`,
  ...UNIT_FOLDERS.flatMap((folder) => [`${folder}/${unit}.service`, `${folder}/${unit}.service.d`]),
]);

const pathOf = (text: string): string[] => {
  const path = text.replace(/^(file:|unix:(\/\/)?)(?=\/)/, '');
  return path.startsWith('/') ? [path] : [];
};

const pathsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return pathOf(value);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(pathsIn) : [];
};

/**
 * Every path that a configuration names, and its own: state, keys, secrets, rules, the node's policy, the socket and what
 * both sides prove there; and the units that start it. A key that is added is in the list by that alone. Only `root` is the
 * host's, not ours.
 */
export const ownFiles = (config: Config, path: string): readonly string[] => {
  const { worker, ...rest } = config;
  const { root = '/', ...ours } = worker ?? {};
  const onHost = [USUAL, ...UNITS].flatMap((one) => [one, join(root, one)]);
  const socket = config.queue && 'socket' in config.queue ? [`${config.queue.socket}.secret`] : [];
  return [...new Set([path, ...socket, ...pathsIn(rest), ...pathsIn(ours), ...onHost])];
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
