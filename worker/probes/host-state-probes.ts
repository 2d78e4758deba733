import { readFileState } from '../changeset/read-file.ts';
import { readFolder } from '../changeset/read-folder.ts';
import { sameUnit } from '../effects/unit.ts';
import { bootIdOf, cmdlineNow } from '../recipes/facts.ts';
import { sealedStanding } from '../scripts/sealed-standing.ts';
import { readPackage } from '../shell/dpkg.ts';
import { type Diversion, readDiversion } from '../shell/dpkg-divert.ts';
import { readSysctl } from '../shell/sysctl.ts';
import { readUnit } from '../shell/systemctl.ts';
import { readPool } from '../shell/zpool.ts';
import type { Looker } from './probe.ts';

/** Is there a folder, or is there none? */
export const folder: Looker<'folder'> = async ({ root }, _, { path, want }) => {
  const is = readFolder(root, path);
  return { ok: want ? is !== null && is !== undefined : is === null, saw: is ? 'folder' : 'no folder' };
};

/** What the kernel says in /proc/sys. */
export const sysctl: Looker<'sysctl'> = async ({ root }, _, { key, want }) => {
  const value = readSysctl(root, key);
  return { ok: value === want, saw: value ?? 'not set' };
};

/** What systemd says; whether it runs counts only where systemd manages the host. */
export const unit: Looker<'unit'> = async ({ root }, _, { unit: name, want }) => {
  const now = await readUnit(root, name);
  const gone = now.enabled === 'not-found' && want.enabled === 'disabled';
  return { ok: gone || sameUnit(now, want), saw: now.enabled };
};

/** The version that dpkg has installed. */
export const installed: Looker<'package'> = async ({ root }, _, { package: name, version }) => {
  const now = await readPackage(root, name);
  return { ok: now.version === version, saw: now.version ?? 'not installed' };
};

/** What the kernel was started with. Until the host was started again it cannot be there, and is not missed. */
export const cmdline: Looker<'cmdline'> = async ({ root }, _, { has, lacks, boot }) => {
  const tokens = cmdlineNow(root);
  const isSo = has.every((token) => tokens.includes(token)) && !lacks.some((token) => tokens.includes(token));
  if (isSo) return { ok: true, saw: tokens.join(' ').slice(0, 200) };
  const isLater = bootIdOf(root) === boot;
  return { ok: isLater, saw: isLater ? 'after reboot' : tokens.join(' ').slice(0, 200) };
};

const isDiverted = (now: Diversion | null, to: string): boolean => now?.by === 'LOCAL' && now.to === to;

/** What dpkg says of a path, and what lies there. */
export const diversion: Looker<'diversion'> = async ({ root }, _, { path, to, wrapper, want }) => {
  const [now, file] = [await readDiversion(root, path), readFileState(root, path)];
  if (!now.ok) return { ok: false, saw: `dpkg-divert: ${now.error.failure}` };
  const wrapped = file.ok && file.value?.sha256 === wrapper;
  const ok = want ? isDiverted(now.value, to) && wrapped : now.value === null && !wrapped;
  return { ok, saw: now.value?.to ?? 'not diverted' };
};

/** A property of a ZFS pool. */
export const pool: Looker<'pool'> = async ({ root }, _, { pool: name, property, want }) => {
  const value = await readPool(root, name, property);
  return { ok: value.ok && value.value === want, saw: value.ok ? value.value : 'no such pool' };
};

/** Every path of a sealed change set, each looked at whole. */
export const changeset: Looker<'changeset'> = async ({ root, changes }, _, { digest, want }) => {
  const saw = changes ? sealedStanding(changes, root, digest) : 'no change sets here';
  return { ok: saw === want, saw };
};
