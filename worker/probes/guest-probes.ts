import { ok } from '#policies/result';
import { stateOf } from '../actions/guest.ts';
import { orRefusal } from '../actions/refused.ts';
import { inForce, shown } from '../actions/setting.ts';
import { readDisk, sizeText } from '../actions/size.ts';
import { readBackups } from '../inventory/backups.ts';
import { mayRead } from '../inventory/may-read.ts';
import { findGuest, settingsOf, unseen, withGuest } from './find-guest.ts';
import type { Looker } from './probe.ts';

export const guestStatus: Looker<'guest-status'> = ({ proxmox }, target, { want }) =>
  withGuest(proxmox, target, async (guest) => {
    const status = orRefusal(await proxmox.guestStatus(guest));
    if (!status.ok) return status;
    const state = stateOf(status.value);
    return ok({ ok: state === want, saw: state });
  });

/** Uptime comes in whole seconds, so that a start is known only to this many ms. */
const JITTER_MS = 2000;

/** `upBefore` is the moment of the earlier start (ms); the guest must have started after it. */
export const guestRestarted: Looker<'guest-restarted'> = ({ proxmox, now }, target, { upBefore }) =>
  withGuest(proxmox, target, async (guest) => {
    const status = orRefusal(await proxmox.guestStatus(guest));
    if (!status.ok) return status;
    const state = stateOf(status.value);
    const uptime = status.value.uptime ?? 0;
    const again = now() - uptime * 1000 > upBefore + JITTER_MS;
    return ok({ ok: state === 'running' && again, saw: `${state}, up for ${uptime} s` });
  });

/** Not shown is only gone where the reader may see the guest at all. */
export const guestGone: Looker<'guest-gone'> = async ({ proxmox }, target) => {
  const guest = await findGuest(proxmox, target);
  if (!guest.ok) return unseen(guest.error);
  if (guest.value !== null) return { ok: false, saw: `there, on ${guest.value.node}` };
  const path = target.kind === 'guest' ? `/vms/${target.vmid}` : '/vms';
  const may = orRefusal(await mayRead(proxmox, path, 'VM.Audit'));
  if (!may.ok) return unseen(may.error);
  return may.value
    ? { ok: true, saw: 'gone' }
    : { ok: false, saw: `not allowed to look: VM.Audit on ${path}` };
};

export const guestOnNode: Looker<'guest-on-node'> = ({ proxmox }, target, { node }) =>
  withGuest(proxmox, target, async (guest) => ok({ ok: guest.node === node, saw: guest.node }));

export const snapshot: Looker<'snapshot'> = ({ proxmox }, target, { name, want }) =>
  withGuest(proxmox, target, async (guest) => {
    const rows = orRefusal(await proxmox.snapshots(guest));
    if (!rows.ok) return rows;
    // A row with `snapstate` is one that Proxmox still makes or removes.
    const found = rows.value.find((row) => row.name === name && row.name !== 'current');
    const unfinished = found !== undefined && 'snapstate' in found;
    const current = rows.value.find((row) => row.name === 'current')?.parent === name;
    const saw = found === undefined ? 'absent' : unfinished ? 'unfinished' : current ? 'current' : 'present';
    const present = found !== undefined && !unfinished;
    const is = { present, absent: found === undefined, current: present && current };
    return ok({ ok: is[want], saw });
  });

export const setting: Looker<'setting'> = ({ proxmox }, target, { key, want }) =>
  withGuest(proxmox, target, async (guest) => {
    const settings = await settingsOf(proxmox, guest);
    if (!settings.ok) return settings;
    const value = settings.value.get(key) ?? null;
    return ok({
      ok: inForce(key, value) === inForce(key, want),
      saw: (shown(key, value) ?? 'not set').slice(0, 200),
    });
  });

export const diskSize: Looker<'disk-size'> = ({ proxmox }, target, { disk, atLeast }) =>
  withGuest(proxmox, target, async (guest) => {
    const settings = await settingsOf(proxmox, guest);
    if (!settings.ok) return settings;
    const bytes = readDisk(settings.value.get(disk) ?? '')?.bytes ?? null;
    return ok({ ok: bytes !== null && bytes >= atLeast, saw: bytes === null ? 'no size' : sizeText(bytes) });
  });

/** `than` in ms; 0 where there was no backup before. */
export const backupNewer: Looker<'backup-newer'> = async ({ proxmox }, target, { storage, than }) => {
  if (target.kind !== 'guest') throw new RangeError('this probe is about a guest');
  const resources = orRefusal(await proxmox.resources());
  if (!resources.ok) return unseen(resources.error);
  const { rows, unread } = await readBackups(proxmox, resources.value, storage);
  const newest = rows.find((row) => row.vmid === target.vmid);
  if (newest === undefined) return { ok: false, saw: unread[0]?.why ?? 'no backup' };
  return { ok: newest.at > than, saw: new Date(newest.at).toISOString() };
};
