import { setLock } from '#worker/simulator/touch';
import type { World } from '#worker/simulator/world';
import type { StoryName } from './story.ts';

/** On the rig every backup of 201 failed, because of how it was built. */
const dropNewBackupsOf201 = (world: World): void => {
  const kept = world.backups.filter((backup) => backup.vmid !== 201 || backup.ctime < 1_795_466_000);
  world.backups.splice(0, world.backups.length, ...kept);
};

/** A snapshot that the snapshot story made, and one that a failed backup removed. */
const afterEarlierStories = (world: World): void => {
  const vm = world.guests.get(102);
  const ct = world.guests.get(201);
  if (vm === undefined || ct === undefined) throw new Error('the rig has 102 and 201');
  vm.snapshots.push({
    name: 'vzdump',
    conf: { ...vm.conf },
    snaptime: 1_795_466_323,
    withRam: false,
    parent: 'nov',
  });
  ct.snapshots = ct.snapshots.filter((snapshot) => snapshot.name !== 'vzdump');
  ct.conf.parent = 'pre';
};

/** The access story was recorded between two sittings of the config story. */
const midConfigStory = (world: World): void => {
  const vm = world.guests.get(100);
  if (vm === undefined) throw new Error('the rig has 100');
  const disks = {
    scsi0: 'local:100/vm-100-disk-0.raw,size=1152M',
    scsi5: 'local:100/vm-100-disk-1.raw,size=999G',
  };
  vm.conf = { ...vm.conf, ...disks, tags: 'prod;web', description: 'hello' };
  delete vm.conf.memory;
};

/** What happened on the rig between two recorded lines, by hand or in another sitting. */
export const EVENTS: Partial<Record<StoryName, Record<number, (world: World) => void>>> = {
  power: {
    223: (world) => setLock(world, 100, 'backup'),
    240: (world) => setLock(world, 100, undefined),
    241: (world) => setLock(world, 200, 'backup'),
    246: (world) => setLock(world, 200, undefined),
    408: (world) => setLock(world, 102, 'migrate'),
    451: (world) => setLock(world, 102, undefined),
  },
  backup: {
    36: dropNewBackupsOf201,
    127: dropNewBackupsOf201,
    145: dropNewBackupsOf201,
  },
  config: {
    1: afterEarlierStories,
    360: (world) => setLock(world, 160, 'backup'),
    365: (world) => setLock(world, 160, undefined),
  },
  access: {
    1: (world) => {
      world.access.users.set('cas@nosuch', { userid: 'cas@nosuch', enable: true, expire: 0 });
      midConfigStory(world);
    },
    178: (world) => void world.access.tokens.delete('cas@pve!short'),
  },
};
