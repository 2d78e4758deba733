import { randomInt } from 'node:crypto';
import { type Cluster, needWritable, storageOf } from './cluster.ts';
import { confPath, digestOf } from './conf.ts';
import { appliesAtOnce, privilegeFor, ROOT_ONLY } from './config-options.ts';
import { isDiskKey, parseDisk } from './disk.ts';
import { badParameters, Failure, forbidden } from './failure.ts';
import { unlocked } from './guest.ts';
import { type Parameters, parameterSchema, schemaOf } from './parameters.ts';
import type { Guest, GuestType } from './world.ts';

/** What a call wants changed; `digest` is that of the configuration the caller saw. */
export type Change = {
  readonly set: Record<string, string>;
  readonly remove: readonly string[];
  readonly revert: readonly string[];
  readonly digest?: string;
};

const NOT_OPTIONS = new Set([
  'node',
  'vmid',
  'digest',
  'delete',
  'revert',
  'force',
  'skiplock',
  'background_delay',
  'import-working-storage',
]);

const list = (text: string | undefined): string[] =>
  (text ?? '').split(/[,; ]+/).filter((item) => item !== '');

/** Tags are stored sorted, once each, and joined with ";". */
const sortedTags = (tags: string): string => [...new Set(list(tags))].sort().join(';');

/** Splits the parameters of PUT and POST config into what to set, delete and revert. */
export const readChange = (type: GuestType, parameters: Parameters): Change => {
  const options = Object.entries(parameters).filter(([key]) => !NOT_OPTIONS.has(key));
  const change: Change = {
    set: Object.fromEntries(options.map(([key, value]) => [key, key === 'tags' ? sortedTags(value) : value])),
    remove: list(parameters.delete),
    revert: list(parameters.revert),
    ...(parameters.digest === undefined ? {} : { digest: parameters.digest }),
  };
  checkNames(type, change);
  if (change.set.hookscript !== undefined)
    throw badParameters({ hookscript: `script '${change.set.hookscript}' does not exist\n` });
  if (options.length + change.remove.length + change.revert.length === 0)
    throw new Failure('no options specified');
  return change;
};

const checkNames = (type: GuestType, change: Change): void => {
  const schema = schemaOf(`PUT /nodes/{node}/${type}/{vmid}/config`);
  for (const key of change.remove) {
    if (key in change.set)
      throw badParameters({ delete: `you can't use '-${key}' and -delete ${key}' at the same time` });
    if (parameterSchema(schema, key) === undefined)
      throw badParameters({ delete: `unknown option '${key}'` });
  }
  for (const key of change.revert)
    if (parameterSchema(schema, key) === undefined)
      throw badParameters({ revert: `unknown option '${key}'` });
};

/** Refuses options that need a privilege the caller lacks, in the words of the 403. */
export const checkOptionRights = (
  change: Change,
  may: (privilege: string) => boolean,
  at: { path: string },
): void => {
  for (const key of [...Object.keys(change.set), ...change.remove, ...change.revert]) {
    if (ROOT_ONLY.includes(key)) throw new Failure(`only root can set '${key}' config`);
    const privilege = privilegeFor(key);
    if (!may(privilege)) throw forbidden(`${at.path}, ${privilege}`);
  }
};

const STALE: Record<GuestType, string> = {
  qemu: 'checksum mismatch (file change by other user?)',
  lxc: 'detected modified configuration - file changed by other user? Try again.',
};

/** Throws when the configuration is not the one the caller saw; any text may be sent as digest. */
export const checkDigest = (guest: Guest, digest: string | undefined): void => {
  if (digest !== undefined && digest !== digestOf(guest)) throw new Failure(STALE[guest.type]);
};

/** `local:8` asks for a new volume of 8 GiB: the text that then stands in the configuration. */
const allocated = (cluster: Cluster, guest: Guest, value: string): string => {
  const [, storage, gib, rest] = value.match(/^([^:,]+):(\d+(?:\.\d+)?)(,.*)?$/) ?? [];
  if (storage === undefined) return value;
  const { snapshots } = storageOf(cluster, storage);
  const number = Object.keys(guest.conf).filter((key) => isDiskKey(key) || key.startsWith('unused')).length;
  const suffix = snapshots ? 'qcow2' : 'raw';
  return `${storage}:${guest.vmid}/vm-${guest.vmid}-disk-${number}.${suffix},size=${gib}G${rest ?? ''}`;
};

const macAddress = (): string => {
  const part = () => randomInt(256).toString(16).toUpperCase().padStart(2, '0');
  return `BC:24:11:${part()}:${part()}:${part()}`;
};

/** A network card without an address gets one. */
const withAddress = (value: string): string =>
  value.replace(/^(virtio|e1000|rtl8139|vmxnet3)(?=,|$)/, (model) => `${model}=${macAddress()}`);

const stored = (cluster: Cluster, guest: Guest, key: string, value: string): string => {
  if (isDiskKey(key)) {
    const storage = parseDisk(value)?.storage;
    if (storage !== undefined) storageOf(cluster, storage);
    return allocated(cluster, guest, value);
  }
  return /^net\d+$/.test(key) && guest.type === 'qemu' ? withAddress(value) : value;
};

const waits = (guest: Guest, key: string): boolean => guest.power.on && !appliesAtOnce(guest.type, key);

const set = (guest: Guest, key: string, value: string): void => {
  if (!waits(guest, key)) {
    guest.conf[key] = value;
    delete guest.pending[key];
  } else if (guest.conf[key] === value) delete guest.pending[key];
  else guest.pending[key] = value;
};

/** A removed disk stays as `unusedN`; removing that one frees the volume. */
const keepVolume = (guest: Guest, key: string): void => {
  const disk = isDiskKey(key) ? parseDisk(guest.conf[key] ?? '') : undefined;
  if (disk === undefined || disk.cdrom) return;
  let free = 0;
  while (`unused${free}` in guest.conf) free += 1;
  guest.conf[`unused${free}`] = disk.volume;
};

const remove = (guest: Guest, key: string): void => {
  if (waits(guest, key)) {
    delete guest.pending[key];
    if (key in guest.conf) guest.pending[key] = null;
    return;
  }
  keepVolume(guest, key);
  delete guest.conf[key];
  delete guest.pending[key];
};

const READ_ONLY: Record<GuestType, readonly string[]> = { qemu: [], lxc: ['unprivileged', 'arch'] };

const refuseReadOnly = (guest: Guest, change: Change): void => {
  for (const key of Object.keys(change.set))
    if (READ_ONLY[guest.type].includes(key)) throw new Failure(`unable to modify read-only option: '${key}'`);
};

/** Checks lock, digest, storages and quorum, then changes the configuration; throws before anything changed. */
export const applyChange = (cluster: Cluster, guest: Guest, change: Change): void => {
  checkDigest(guest, change.digest);
  unlocked(guest);
  refuseReadOnly(guest, change);
  const values = Object.entries(change.set).map(
    ([key, value]) => [key, stored(cluster, guest, key, value)] as const,
  );
  needWritable(cluster, confPath(guest.node, guest.type, guest.vmid));
  for (const key of change.revert) delete guest.pending[key];
  for (const key of change.remove) remove(guest, key);
  for (const [key, value] of values) set(guest, key, value);
};
