import { volumeId } from './backups.ts';
import { disksOf } from './disk.ts';
import { type Call, holds } from './route.ts';
import type { Backup, Guest, Storage } from './world.ts';

const formatOf = (file: string): string => file.replace(/^.*?\d{2}_\d{2}_\d{2}\./, '');

/** A backup as the content list shows it. */
export const backupRow = (backup: Backup) => ({
  volid: volumeId(backup),
  content: 'backup',
  subtype: backup.type,
  format: formatOf(backup.file),
  vmid: backup.vmid,
  ctime: backup.ctime,
  size: backup.size,
  ...(backup.notes === undefined ? {} : { notes: backup.notes }),
  ...(backup.protected ? { protected: 1 } : {}),
});

/** The memory that snapshots with RAM keep as a volume. */
const ramOf = (guest: Guest) =>
  guest.snapshots.flatMap((snapshot) => {
    const volume = snapshot.conf.vmstate;
    return volume === undefined ? [] : [{ volume, storage: volume.split(':')[0] ?? '', bytes: 1_029_120 }];
  });

/** The guests' disks on a storage, for those who may change them. */
export const volumeRows = (call: Call, of: Storage, node: string) =>
  [...call.cluster.world.guests.values()]
    .filter(
      (guest) => (of.shared || guest.node === node) && holds(call, `/vms/${guest.vmid}`, 'VM.Config.Disk'),
    )
    .flatMap((guest) =>
      [...disksOf(guest.conf), ...ramOf(guest)]
        .filter((disk) => disk.storage === of.id)
        .map((disk) => ({
          volid: disk.volume,
          content: guest.type === 'qemu' ? 'images' : 'rootdir',
          format: formatOfVolume(disk.volume),
          vmid: guest.vmid,
          size: disk.bytes,
          used: Math.floor(disk.bytes / 3),
          parent: null,
          ...(disk.volume.endsWith('.subvol') ? {} : { ctime: 1_795_460_614 }),
        })),
    );

/** Templates and images. */
export const fileRows = (of: Storage) => (of.files ?? []).map((file) => ({ ...file }));

const formatOfVolume = (volume: string): string => volume.match(/\.(raw|qcow2|subvol|vmdk)$/)?.[1] ?? 'raw';
