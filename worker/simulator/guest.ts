import { type Cluster, findGuest } from './cluster.ts';
import { confPath } from './conf.ts';
import { Failure } from './failure.ts';
import { type Call, required } from './route.ts';
import type { Conf, Guest, GuestType } from './world.ts';

/** Which guest a path names; it need not exist. */
export type GuestAt = { readonly node: string; readonly type: GuestType; readonly vmid: number };

/** The guest that the path of the call names. */
export const guestAt = (call: Call, type: GuestType): GuestAt => ({
  node: required(call, 'node'),
  type,
  vmid: Number(required(call, 'vmid')),
});

/** The guest, or the 500 that a missing configuration file causes. */
export const existing = (cluster: Cluster, at: GuestAt): Guest => {
  const guest = findGuest(cluster, at);
  if (guest === undefined)
    throw new Failure(`Configuration file '${confPath(at.node, at.type, at.vmid)}' does not exist`);
  return guest;
};

/** The other wording, of operations that look for the process first (`PVE::QemuServer::check_running`). */
export const findable = (cluster: Cluster, at: GuestAt): Guest => {
  const guest = findGuest(cluster, at);
  if (guest === undefined)
    throw new Failure(`unable to find configuration file for VM ${at.vmid} on node '${at.node}'`);
  return guest;
};

/** Throws when the configuration carries a lock. */
export const unlocked = (guest: Guest): void => {
  if (guest.conf.lock !== undefined)
    throw new Failure(`${guest.type === 'qemu' ? 'VM' : 'CT'} is locked (${guest.conf.lock})`);
};

/** The configuration with everything pending in it, as GET config shows it. */
export const withPending = (guest: Guest): Conf => {
  const conf = { ...guest.conf };
  for (const [key, value] of Object.entries(guest.pending))
    if (value === null) delete conf[key];
    else conf[key] = value;
  return conf;
};

/** Switching off makes pending changes real. */
export const switchOff = (guest: Guest): void => {
  guest.power = { on: false };
  guest.pid = 0;
  guest.conf = withPending(guest);
  guest.pending = {};
};

/** Switching on makes pending changes real too; `since` in epoch milliseconds. */
export const switchOn = (guest: Guest, since: number): void => {
  switchOff(guest);
  guest.power = { on: true, since, paused: false };
  guest.pid = 1000 + (guest.vmid % 60_000);
};

/** The name shown to people; a container calls it hostname. */
export const nameOf = (guest: Guest): string =>
  guest.type === 'qemu'
    ? (guest.conf.name ?? `VM ${guest.vmid}`)
    : (guest.conf.hostname ?? `CT${guest.vmid}`);

/** Whether the guest is a template. */
export const isTemplate = (guest: Guest): boolean => guest.conf.template === '1';
