import type { Conf } from './world.ts';

const UNITS: Record<string, number> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** `1152M` in bytes; a bare number is bytes already. */
export const parseSize = (text: string): number => {
  const [, number, unit] = text.match(/^(\d+(?:\.\d+)?)([KMGT])?$/) ?? [];
  return Math.round(Number(number ?? 0) * (unit === undefined ? 1 : (UNITS[unit] ?? 1)));
};

/** Bytes as Proxmox writes them into `size=`: the largest unit that divides without a rest. */
export const formatSize = (bytes: number): string => {
  for (const unit of ['T', 'G', 'M', 'K'] as const) {
    const factor = UNITS[unit] ?? 1;
    if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
  }
  return String(bytes);
};

const DISK = /^(scsi|virtio|ide|sata|mp|efidisk|tpmstate)\d+$|^rootfs$/;

/** Whether the key names a disk or mount point. */
export const isDiskKey = (key: string): boolean => DISK.test(key);

/** `local:100/vm-100-disk-0.raw,size=1G` in parts; undefined for a drive without a volume. */
export const parseDisk = (
  value: string,
): { volume: string; storage: string; bytes: number; cdrom: boolean } | undefined => {
  const [volume = '', ...options] = value.split(',');
  const [storage = '', path] = volume.split(':');
  if (path === undefined) return undefined;
  const size = options.find((option) => option.startsWith('size='))?.slice(5);
  return { volume, storage, bytes: parseSize(size ?? '0'), cdrom: options.includes('media=cdrom') };
};

/** The disks of a configuration, the boot disk (or rootfs) first. */
export const disksOf = (conf: Conf): { key: string; volume: string; storage: string; bytes: number }[] =>
  Object.keys(conf)
    .filter(isDiskKey)
    .sort((one, other) => Number(other === 'rootfs') - Number(one === 'rootfs') || one.localeCompare(other))
    .flatMap((key) => {
      const disk = parseDisk(conf[key] ?? '');
      return disk === undefined || disk.cdrom ? [] : [{ key, ...disk }];
    });
