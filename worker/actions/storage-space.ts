import type { Check } from '#policies/check';
import { isStorage, type Resources, type StorageResource } from '../inventory/answer.ts';
import { sizeText } from './size.ts';

const GIB = 2 ** 30;

/** The row of a storage as one node sees it. */
export const storageAt = (resources: Resources, node: string, storage: string): StorageResource | null =>
  resources.filter(isStorage).find((row) => row.node === node && row.storage === storage) ?? null;

/** Full: less than a hundredth is free, or less than 1 GiB where a hundredth is more than that. */
const isFull = (free: number, total: number): boolean => free <= 0 || free < Math.min(total / 100, GIB);

const MIB = 2 ** 20;
const rounded = (bytes: number): string => sizeText(Math.floor(bytes / MIB) * MIB);

/**
 * Whether `bytes` more fit. Too little is a warning, because thin disks and compression take less than their size; a
 * full or inactive storage stops the plan; a storage that the reader may not see is `unknown`.
 */
export const spaceCheck = (row: StorageResource | null, storage: string, bytes: number): Check => {
  if (row === null) return { check: 'storage-space', state: 'unknown', facts: { storage } };
  if (row.status !== 'available')
    return { check: 'storage-space', state: 'stop', facts: { storage, active: false } };
  if (row.maxdisk === undefined || row.disk === undefined)
    return { check: 'storage-space', state: 'unknown', facts: { storage } };
  const free = row.maxdisk - row.disk;
  return {
    check: 'storage-space',
    state: isFull(free, row.maxdisk) ? 'stop' : free < bytes ? 'warn' : 'ok',
    facts: { storage, free: rounded(Math.max(free, 0)), needed: sizeText(bytes) },
  };
};
