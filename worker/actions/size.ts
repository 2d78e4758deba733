const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes of a size as disk lines write it: `512M`, `1.5T`, `1073741824`; null for anything else. */
export const bytesOf = (text: string): number | null => {
  const match = /^(\d+(?:\.\d+)?)([KMGT])?$/.exec(text);
  if (!match) return null;
  return Math.round(Number(match[1]) * (UNITS[match[2] ?? ''] ?? 1));
};

/** A size for people in the largest unit that stays whole, the way Proxmox writes it: 11811160064 is `11G`. */
export const sizeText = (bytes: number): string => {
  const unit = ['T', 'G', 'M', 'K'].find((name) => bytes > 0 && bytes % (UNITS[name] ?? 1) === 0);
  return unit === undefined ? String(bytes) : `${bytes / (UNITS[unit] ?? 1)}${unit}`;
};

/** One disk line of a guest's configuration. `bytes` is null where the line has no size (a bind mount). */
export type DiskLine = {
  readonly storage: string;
  readonly volume: string;
  readonly bytes: number | null;
  readonly cdrom: boolean;
};

/** Reads `local:100/vm-100-disk-0.raw,size=1G`; null for a line without a volume (`none,media=cdrom`, a bind mount). */
export const readDisk = (line: string): DiskLine | null => {
  const [volume = '', ...options] = line.split(',');
  const [storage = '', ...rest] = volume.split(':');
  if (rest.length === 0 || storage.startsWith('/')) return null;
  const size = options.find((option) => option.startsWith('size='));
  return {
    storage,
    volume,
    bytes: size === undefined ? null : bytesOf(size.slice('size='.length)),
    cdrom: options.includes('media=cdrom'),
  };
};

const DISK = /^((ide|sata|scsi|virtio|mp|efidisk|tpmstate)\d+|rootfs)$/;

/** The disks among a guest's settings, CD-ROMs left out. */
export const disksOf = (settings: ReadonlyMap<string, string>): readonly (DiskLine & { key: string })[] =>
  [...settings].flatMap(([key, line]) => {
    const disk = DISK.test(key) ? readDisk(line) : null;
    return disk === null || disk.cdrom ? [] : [{ key, ...disk }];
  });
