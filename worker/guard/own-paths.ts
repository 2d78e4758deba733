import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Config } from '#policies/config';

/** Where systemd reads units from: https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html */
const UNIT_FOLDERS = [
  '/etc/systemd/system',
  '/run/systemd/system',
  '/usr/lib/systemd/system',
  '/lib/systemd/system',
];

const UNITS = ['quorate', 'quorate-bot', 'quorate-worker'];

/** The units that start Quorate, their drop-ins, and the environment that they may read secrets from. */
const UNIT_PATHS: readonly string[] = UNITS.flatMap((unit) => [
  `/etc/default/${unit}`,
  ...UNIT_FOLDERS.flatMap((folder) => [`${folder}/${unit}.service`, `${folder}/${unit}.service.d`]),
]);

/** A text of the configuration as a path, however it is written there. */
const pathsIn = (text: string): string[] => {
  const path = text.replace(/^file:(?=\/)/, '').replace(/^unix:(\/\/)?(?=\/)/, '');
  return path.startsWith('/') ? [path] : [];
};

const textsIn = (value: unknown): string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

/**
 * Every path that a configuration names, whatever it is for, so that a new setting is protected without a thought: keys,
 * state, rules, policy, secrets (`file:/..`), sockets with the secret beside them. Only `worker.root` is left out: it is
 * where the host begins, and everything lies below it. `path` is the file that the configuration was read from.
 */
export const ownPaths = ({ worker, ...rest }: Config, path: string): readonly string[] => {
  const { root = '/', ...workers } = worker ?? {};
  const named = textsIn([rest, workers]).flatMap(pathsIn);
  const beside = rest.queue && 'socket' in rest.queue ? [`${rest.queue.socket}.secret`] : [];
  const units = UNIT_PATHS.flatMap((unit) => [unit, join(root, unit)]);
  return [...new Set([path, ...named, ...beside, ...units])];
};

/** The path with every link resolved; what is not there yet lies below the nearest folder that is. */
export const realPlace = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    // Not there, or not to be looked at: the folder above says where it would be.
    return dirname(path) === path ? path : join(realPlace(dirname(path)), basename(path));
  }
};
