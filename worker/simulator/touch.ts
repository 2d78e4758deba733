import { withPending } from './guest.ts';
import type { Conf, Guest, World } from './world.ts';

const guestOf = (world: World, vmid: number): Guest => {
  const guest = world.guests.get(vmid);
  if (guest === undefined) throw new Error(`the world has no guest ${vmid}`);
  return guest;
};

/** Somebody edited the guest elsewhere: values change at once and the digest with them. */
export const touchConfig = (world: World, vmid: number, values: Conf): void => {
  const guest = guestOf(world, vmid);
  guest.conf = { ...guest.conf, ...values };
};

/** Somebody holds the configuration lock, `backup` for instance; undefined takes it away. */
export const setLock = (world: World, vmid: number, lock: string | undefined): void => {
  const guest = guestOf(world, vmid);
  if (lock === undefined) delete guest.conf.lock;
  else guest.conf.lock = lock;
};

/** Somebody pulled the plug, or pressed start, elsewhere. `since` in epoch milliseconds. */
export const setPower = (world: World, vmid: number, since: number | undefined): void => {
  const guest = guestOf(world, vmid);
  guest.conf = withPending(guest);
  guest.pending = {};
  guest.power = since === undefined ? { on: false } : { on: true, since, paused: false };
};
