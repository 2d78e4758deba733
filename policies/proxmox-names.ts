import { z } from 'zod';

/** PVE format pve-snapshot-name: 2 to 40 characters, a letter first; "current" and "pending" are taken. */
export const SnapshotName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_-]{1,39}$/)
  .refine((name) => !['current', 'pending'].includes(name));

/** PVE format pve-storage-id, as long as a command line takes it. */
export const StorageName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9_.-]{1,99}$/);

/** A key of a guest's configuration that holds a disk which can grow. */
export const DiskName = z
  .string()
  .regex(/^(ide[0-3]|sata[0-5]|scsi([0-9]|[12][0-9]|30)|virtio([0-9]|1[0-5])|rootfs|mp\d{1,3})$/);
