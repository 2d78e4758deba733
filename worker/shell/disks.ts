import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

const readFirst = (paths: readonly string[]): string | undefined => {
  for (const path of paths)
    try {
      return readFileSync(path, 'utf8').trim();
    } catch {
      // A partition has no queue of its own: the next place is that of its disk.
    }
  return undefined;
};

/** A setting of the queue of a device, or of the disk that it is a partition of: sysfs-block. */
const queueOf = (root: string, device: string, name: string): string | undefined => {
  const at = join(root, 'sys/class/block', basename(device));
  try {
    const real = realpathSync(at);
    return readFirst([join(real, 'queue', name), join(dirname(real), 'queue', name)]);
  } catch {
    // No such device: nothing is known of it.
    return undefined;
  }
};

/** Is it a disk without moving parts that takes discards? What nobody can say is none. */
export const takesTrim = (root: string, device: string): boolean =>
  queueOf(root, device, 'rotational') === '0' && Number(queueOf(root, device, 'discard_max_bytes') ?? 0) > 0;
