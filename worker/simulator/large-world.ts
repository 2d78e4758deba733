import { buildBackup, buildGuest, buildNode, buildStorage, buildWorld } from './build-world.ts';
import { ACTOR, addBots, READER, type Secrets } from './demo-access.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;
const DAY_S = 86_400;

/** A cluster for measurements: guests spread evenly, four of five running, one backup each. `now` in epoch milliseconds. */
export const largeWorld = (size: {
  nodes: number;
  guests: number;
  now: number;
  secrets?: Secrets;
}): World => {
  const world = buildWorld('large', { reader: READER, actor: ACTOR });
  for (let nodeid = 1; nodeid <= size.nodes; nodeid += 1)
    world.nodes.set(`pve${nodeid}`, buildNode(`pve${nodeid}`, nodeid, size.now - 30 * DAY_MS));
  world.storages.set('fast', buildStorage('fast', { plugin: 'rbd', shared: true }));
  world.storages.set('backup', buildStorage('backup', { plugin: 'nfs', shared: true, content: ['backup'] }));
  for (let at = 0; at < size.guests; at += 1) addGuest(world, at, size);
  addBots(world, size.secrets);
  return world;
};

const addGuest = (world: World, at: number, size: { nodes: number; now: number }): void => {
  const vmid = 100 + at;
  const node = `pve${(at % size.nodes) + 1}`;
  const conf = {
    name: `guest-${vmid}`,
    cores: '2',
    memory: '2048',
    scsi0: `fast:vm-${vmid}-disk-0,size=32G`,
  };
  const on = at % 5 === 4 ? {} : { onSince: size.now - 10 * DAY_MS };
  const guest = buildGuest('qemu', { vmid, node }, { conf, ...on });
  world.guests.set(vmid, guest);
  const ctime = Math.floor(size.now / 1000) - (at % 3) * DAY_S - 3600;
  world.backups.push(buildBackup(guest, { storage: 'backup', ctime }));
};
