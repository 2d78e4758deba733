import { buildGuest } from '#worker/simulator/build-world';
import { guestOf, type Site, type Wanted } from './site.ts';

/** An action that can be planned on the demo, and what has to be so before. */
export type Case = Wanted & {
  readonly title: string;
  readonly before?: (site: Site) => void;
  /** Whether the inverse brings back what was; null where there is none. */
  readonly back: 'same' | null;
};

const paused = ({ world }: Site): void => {
  guestOf(world, 101).power = { on: true, since: Date.now() - 3_600_000, paused: true };
};

const withSnapshot = (vmid: number, withRam = false) => {
  return ({ world }: Site): void => {
    const guest = guestOf(world, vmid);
    guest.snapshots.push({
      name: 'pre',
      conf: { ...guest.conf },
      snaptime: Math.floor(Date.now() / 1000) - 600,
      withRam,
    });
  };
};

/** Every action of the catalogue that is planned by looking at the site, for both kinds of guests where both can. */
export const CASES: readonly Case[] = [
  { title: 'start a VM', action: 'guest.start', about: 103, back: 'same' },
  { title: 'start a container', action: 'guest.start', about: 201, back: 'same' },
  { title: 'shut a VM down', action: 'guest.shutdown', about: 101, back: 'same' },
  { title: 'shut a container down', action: 'guest.shutdown', about: 200, back: 'same' },
  { title: 'reboot a VM', action: 'guest.reboot', about: 101, back: null },
  { title: 'reboot a container', action: 'guest.reboot', about: 200, back: null },
  { title: 'stop a VM', action: 'guest.stop', about: 101, back: 'same' },
  { title: 'stop a container', action: 'guest.stop', about: 200, back: 'same' },
  { title: 'suspend a VM', action: 'guest.suspend', about: 101, back: 'same' },
  { title: 'resume a VM', action: 'guest.resume', about: 101, before: paused, back: 'same' },
  {
    title: 'snapshot a VM with RAM',
    action: 'snapshot.create',
    about: 101,
    params: { name: 'now', ram: 'yes' },
    back: 'same',
  },
  {
    title: 'snapshot a container',
    action: 'snapshot.create',
    about: 200,
    params: { name: 'now' },
    back: 'same',
  },
  {
    title: 'delete a snapshot',
    action: 'snapshot.delete',
    about: 101,
    params: { name: 'pre' },
    before: withSnapshot(101),
    back: null,
  },
  {
    title: 'roll back to a snapshot',
    action: 'snapshot.rollback',
    about: 101,
    params: { name: 'pre' },
    before: withSnapshot(101),
    back: null,
  },
  {
    title: 'roll back to a snapshot with RAM',
    action: 'snapshot.rollback',
    about: 101,
    params: { name: 'pre' },
    before: withSnapshot(101, true),
    back: null,
  },
  {
    title: 'roll a container back and start it',
    action: 'snapshot.rollback',
    about: 201,
    params: { name: 'pre', start: 'yes' },
    before: withSnapshot(201),
    back: null,
  },
  {
    title: 'back a VM up',
    action: 'backup.create',
    about: 101,
    params: { storage: 'backup' },
    back: null,
  },
  {
    title: 'back a container up that has no backup',
    action: 'backup.create',
    about: 203,
    params: { storage: 'backup', mode: 'stop' },
    back: null,
  },
  {
    title: 'set memory, onboot, tags and description of a running VM',
    action: 'config.set',
    about: 101,
    params: { memory: '2048', onboot: 'no', tags: 'web,new', description: 'two\nlines' },
    back: 'same',
  },
  {
    title: 'set tags of a container that has none',
    action: 'config.set',
    about: 201,
    params: { tags: 'b,a', cores: '2' },
    back: 'same',
  },
  {
    title: 'unset the description of a VM',
    action: 'config.set',
    about: 101,
    params: { description: '' },
    back: 'same',
  },
  {
    title: 'grow the disk of a VM',
    action: 'disk.grow',
    about: 101,
    params: { disk: 'scsi0', by: '+10G' },
    back: null,
  },
  {
    title: 'grow the root of a container',
    action: 'disk.grow',
    about: 200,
    params: { disk: 'rootfs', by: '512M' },
    back: null,
  },
  {
    title: 'migrate a running VM',
    action: 'guest.migrate',
    about: 101,
    params: { node: 'pve2' },
    back: 'same',
  },
  {
    title: 'migrate a running container',
    action: 'guest.migrate',
    about: 200,
    params: { node: 'pve3' },
    back: 'same',
  },
  {
    title: 'migrate a stopped VM',
    action: 'guest.migrate',
    about: 103,
    params: { node: 'pve1' },
    back: 'same',
  },
  { title: 'destroy a VM', action: 'guest.destroy', about: 103, params: { purge: 'yes' }, back: null },
  {
    title: 'destroy a container',
    action: 'guest.destroy',
    about: 400,
    before: ({ world }) => {
      const conf = { hostname: 'old', rootfs: 'fast:subvol-400-disk-0,size=8G' };
      world.guests.set(400, buildGuest('lxc', { vmid: 400, node: 'pve2' }, { conf }));
    },
    back: null,
  },
  { title: 'reboot a node', action: 'node.reboot', about: 'pve2', back: null },
  {
    title: 'restart a service',
    action: 'node.service-restart',
    about: 'pve1',
    params: { service: 'pveproxy' },
    back: null,
  },
];
