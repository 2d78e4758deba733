import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inRoot } from '../shell/in-root.ts';

/** A network card that is a device of its own, and the name it has now. */
export type Nic = { readonly nic: string; readonly mac: string };

const text = (root: string, path: string): string => {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    // What a host does not say is not known, and a recipe that needs it is not for that host.
    return '';
  }
};

const names = (root: string, path: string): readonly string[] => {
  try {
    return readdirSync(join(root, path)).toSorted();
  } catch {
    // As above: no such folder, nothing in it.
    return [];
  }
};

/** proc_cpuinfo(5): who made the processor. */
export const cpuOf = (root: string): 'amd' | 'intel' | null => {
  const vendor = /^vendor_id\s*:\s*(\S+)/m.exec(text(root, 'proc/cpuinfo'))?.[1];
  if (vendor === 'AuthenticAMD') return 'amd';
  return vendor === 'GenuineIntel' ? 'intel' : null;
};

/** proc_meminfo(5): how much memory there is (bytes); 0 = not known. */
export const memoryOf = (root: string): number =>
  Number(/^MemTotal:\s*(\d+) kB/m.exec(text(root, 'proc/meminfo'))?.[1] ?? 0) * 1024;

/** Physical network cards have a device behind them; bridges, bonds and taps have none. Radio and virtual ones are left out. */
export const nicsOf = (root: string): readonly Nic[] =>
  names(root, 'sys/class/net').flatMap((nic) => {
    const at = `sys/class/net/${nic}`;
    const isDevice = statSync(join(root, at, 'device'), { throwIfNoEntry: false }) !== undefined;
    // A bond gives all its members one address; their own is in bonding_slave.
    const mac = text(root, `${at}/bonding_slave/perm_hwaddr`).trim() || text(root, `${at}/address`).trim();
    return isDevice && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) ? [{ nic, mac }] : [];
  });

/** Does the host have a subscription that is in force? Where nobody can say, it counts as one: nothing is switched off then. */
export const subscribed = async (root: string): Promise<boolean> => {
  const said = await inRoot(root, 'pvesubscription', ['get']);
  return !said.ok || !/^\s*"?status"?\s*:\s*"?(notfound|new|invalid|expired|suspended)\b/im.test(said.value);
};

/** What virtualises the machine, in the words of systemd-detect-virt(1); none on bare metal. */
export const virtualOf = async (root: string): Promise<string> => {
  const said = await inRoot(root, 'systemd-detect-virt', ['--vm']);
  return said.ok ? said.value.trim() : 'none';
};

/** The kernel's command line as it is in force. */
export const cmdlineNow = (root: string): readonly string[] =>
  text(root, 'proc/cmdline')
    .split(/\s+/)
    .filter((token) => token !== '');

/** Changes with every start of the kernel: random(4). */
export const bootIdOf = (root: string): string => text(root, 'proc/sys/kernel/random/boot_id').trim();
