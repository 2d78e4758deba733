import type { Proxmox } from '../proxmox/proxmox.ts';

/** What a read of the Proxmox client answers when it succeeds. */
export type Answer<K extends keyof Proxmox> = Proxmox[K] extends (...args: never[]) => Promise<infer R>
  ? Extract<R, { ok: true }> extends { value: infer V }
    ? V
    : never
  : never;

/** Rows of /cluster/resources. */
export type Resources = Answer<'resources'>;
/** The row of a guest. */
export type GuestResource = Extract<Resources[number], { type: 'qemu' | 'lxc' }>;
/** The row of a storage on one node. */
export type StorageResource = Extract<Resources[number], { type: 'storage' }>;

/** Is this the row of a guest? */
export const isGuest = (row: Resources[number]): row is GuestResource =>
  row.type === 'qemu' || row.type === 'lxc';

/** Is this the row of a storage? */
export const isStorage = (row: Resources[number]): row is StorageResource => row.type === 'storage';
