import { createHash } from 'node:crypto';
import type { Conf, Guest } from './world.ts';

/** `PVE::Tools::encode_text`: everything but printable ASCII, and "%" and ":" too. */
const encoded = (line: string): string =>
  line.replace(/[^ -$&-9;-~]/gu, (character) =>
    [...Buffer.from(character, 'utf8')]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );

const comment = (description: string): string =>
  description
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => `#${encoded(line)}\n`)
    .join('');

const section = (conf: Conf): string =>
  (conf.description === undefined ? '' : comment(conf.description)) +
  Object.keys(conf)
    .filter((key) => key !== 'description')
    .sort()
    .map((key) => `${key}: ${conf[key]}\n`)
    .join('');

const pendingSection = (pending: Guest['pending']): string => {
  const entries = Object.entries(pending).sort(([one], [other]) => one.localeCompare(other));
  if (entries.length === 0) return '';
  const removed = entries.filter(([, value]) => value === null).map(([key]) => key);
  const lines = entries.filter(([, value]) => value !== null).map(([key, value]) => `${key}: ${value}\n`);
  return `\n[PENDING]\n${removed.length > 0 ? `delete: ${removed.join(',')}\n` : ''}${lines.join('')}`;
};

/** The guest's `.conf` file, as `/etc/pve` would hold it. */
export const renderConf = (guest: Guest): string =>
  section(guest.conf) +
  pendingSection(guest.pending) +
  guest.snapshots
    .map((snapshot) => `\n[${snapshot.name}]\n${section(snapshot.conf)}snaptime: ${snapshot.snaptime}\n`)
    .join('');

/** SHA-1 of the .conf file, the `digest` of Proxmox (checked with sha1sum on a real node). */
export const digestOf = (guest: Guest): string => createHash('sha1').update(renderConf(guest)).digest('hex');

/** Where Proxmox keeps the file; error texts quote it. */
export const confPath = (node: string, type: Guest['type'], vmid: number | string): string =>
  `nodes/${node}/${type === 'qemu' ? 'qemu-server' : 'lxc'}/${vmid}.conf`;
