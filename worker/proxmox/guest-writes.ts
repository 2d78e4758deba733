import { type GuestAt, guestPath } from './guest-reads.ts';
import { api, type Parameters } from './request.ts';
import type { Write } from './write.ts';

const power = (write: Write, verb: string) => (guest: GuestAt, parameters?: Parameters) =>
  write('POST', `${guestPath(guest)}/status/${verb}`, parameters);

const powerWrites = (write: Write) => ({
  start: power(write, 'start'),
  stop: power(write, 'stop'),
  shutdown: power(write, 'shutdown'),
  reboot: power(write, 'reboot'),
  suspend: power(write, 'suspend'),
  resume: power(write, 'resume'),
});

const snapshotWrites = (write: Write) => ({
  createSnapshot: (guest: GuestAt, parameters: Parameters & { readonly snapname: string }) =>
    write('POST', `${guestPath(guest)}/snapshot`, parameters),
  rollbackSnapshot: (guest: GuestAt, snapshot: string, parameters?: Parameters) =>
    write('POST', guestPath(guest) + api`/snapshot/${snapshot}/rollback`, parameters),
  deleteSnapshot: (guest: GuestAt, snapshot: string) =>
    write('DELETE', guestPath(guest) + api`/snapshot/${snapshot}`),
});

/** What can be done to a guest. Parameters are those of https://pve.proxmox.com/pve-docs/api-viewer/. */
export const guestWrites = (write: Write) => ({
  ...powerWrites(write),
  ...snapshotWrites(write),
  /** Back up now. The id in the UPID is the guest's. */
  backup: ({ node, vmid }: GuestAt, parameters: Parameters & { readonly storage: string }) =>
    write('POST', api`/nodes/${node}/vzdump`, { ...parameters, vmid }),
  /** Synchronous; `digest` makes a change of somebody else a `digest-mismatch`. */
  setConfig: (guest: GuestAt, parameters: Parameters & { readonly digest: string }) =>
    write('PUT', `${guestPath(guest)}/config`, parameters),
  resizeDisk: (guest: GuestAt, parameters: Parameters & { readonly disk: string; readonly size: string }) =>
    write('PUT', `${guestPath(guest)}/resize`, parameters),
  migrate: (guest: GuestAt, parameters: Parameters & { readonly target: string }) =>
    write('POST', `${guestPath(guest)}/migrate`, parameters),
  destroy: (guest: GuestAt, parameters?: Parameters) => write('DELETE', guestPath(guest), parameters),
});
