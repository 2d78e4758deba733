import { ok, type Result } from '#policies/result';
import { takesTrim } from './disks.ts';
import { inRoot } from './in-root.ts';
import type { RunFailure } from './run.ts';

/** zpool-list(8): the names of the pools; none where there is no zpool. */
export const listPools = async (root: string): Promise<readonly string[]> => {
  const list = await inRoot(root, 'zpool', ['list', '-H', '-o', 'name']);
  return list.ok ? list.value.split('\n').filter((name) => name !== '') : [];
};

/** zpool-get(8): the value of a property of one pool. */
export const readPool = async (
  root: string,
  pool: string,
  property: string,
): Promise<Result<string, RunFailure>> => {
  const got = await inRoot(root, 'zpool', ['get', '-H', '-o', 'value', property, pool]);
  return got.ok ? ok(got.value.trim()) : got;
};

/** zpool-set(8). */
export const setPool = (
  root: string,
  pool: string,
  { property, value }: { readonly property: string; readonly value: string },
): Promise<Result<string, RunFailure>> => inRoot(root, 'zpool', ['set', `${property}=${value}`, pool]);

/** zpool-list(8): the devices that a pool is made of, by their real paths; none where it cannot be asked. */
const devicesOf = async (root: string, pool: string): Promise<readonly string[]> => {
  const list = await inRoot(root, 'zpool', ['list', '-v', '-H', '-L', '-P', pool]);
  return list.ok ? [...list.value.matchAll(/^\t+(\/dev\/\S+)/gm)].map(([, device = '']) => device) : [];
};

/** Is a pool made of nothing but disks that take discards? What cannot be seen is not. */
export const isSsd = async (root: string, pool: string): Promise<boolean> => {
  const devices = await devicesOf(root, pool);
  return devices.length > 0 && devices.every((device) => takesTrim(root, device));
};
