import type { Read } from './read.ts';
import { api } from './request.ts';
import * as shape from './schemas.ts';

/** Where a guest is. */
export type GuestAt = { readonly node: string; readonly kind: 'qemu' | 'lxc'; readonly vmid: number };

/** The path of a guest. */
export const guestPath = ({ node, kind, vmid }: GuestAt): string => api`/nodes/${node}/${kind}/${vmid}`;

/** What one guest is and has. */
export const guestReads = (read: Read) => ({
  guestStatus: (guest: GuestAt) => read(`${guestPath(guest)}/status/current`, shape.GuestStatus),
  /** The configuration as the next start will have it, with its digest. */
  guestConfig: (guest: GuestAt) => read(`${guestPath(guest)}/config`, shape.GuestConfig),
  guestPending: (guest: GuestAt) => read(`${guestPath(guest)}/pending`, shape.PendingRows),
  snapshots: (guest: GuestAt) => read(`${guestPath(guest)}/snapshot`, shape.SnapshotRows),
});
