import { orRefusal } from '../actions/refused.ts';
import { problemText } from '../changeset/problem.ts';
import { readFileState } from '../changeset/read-file.ts';
import { complaintOf } from '../network/apply.ts';
import { pathComplaint } from '../network/keep.ts';
import { outsideText } from '../outside-text.ts';
import { aptConfig } from '../shell/apt-config.ts';
import { unseen } from './find-guest.ts';
import type { Looker } from './probe.ts';

/** Uptime comes in whole seconds, so that a start is known only to this many ms. */
const JITTER_MS = 2000;

/** `upBefore` is the moment of the earlier start (ms). A node that does not answer is still on its way. */
export const nodeRebooted: Looker<'node-rebooted'> = async ({ proxmox, now }, _, { node, upBefore }) => {
  const status = orRefusal(await proxmox.nodeStatus(node));
  if (!status.ok) return unseen(status.error);
  const { uptime } = status.value;
  return { ok: now() - uptime * 1000 > upBefore + JITTER_MS, saw: `up for ${uptime} s` };
};

export const serviceRunning: Looker<'service-running'> = async ({ proxmox }, target, { service }) => {
  if (target.kind !== 'node') throw new RangeError('this probe is about a node');
  const services = orRefusal(await proxmox.services(target.node));
  if (!services.ok) return unseen(services.error);
  const row = services.value.find((one) => one.service === service);
  return { ok: row?.state === 'running', saw: row?.state ?? 'no such service' };
};

/** `sha256` is null where the file must not be there. */
export const file: Looker<'file'> = async ({ root }, _, { path, sha256 }) => {
  const state = readFileState(root, path);
  if (!state.ok) return { ok: false, saw: problemText(state.error) };
  const saw = state.value?.sha256 ?? null;
  return { ok: saw === sha256, saw: saw === null ? 'no file' : `sha256 ${saw.slice(0, 12)}` };
};

export const aptSetting: Looker<'apt-config'> = async ({ root }, _, { key, want }) => {
  const value = await aptConfig(root, key);
  if (!value.ok)
    return { ok: false, saw: `apt-config: ${value.error.failure} ${value.error.stderr}`.slice(0, 200) };
  return { ok: value.value === want, saw: value.value ?? 'not set' };
};

/** Never the exit code of ifreload: what ifquery sees in force, and whether the peer answers over what changed. */
export const network: Looker<'network'> = async ({ network: host }, _, { path }) => {
  if (!host) return { ok: false, saw: 'not the network of this machine' };
  const complaint = await complaintOf(host);
  if (complaint !== null) return { ok: false, saw: outsideText(complaint, 200) };
  const lost = path && (await pathComplaint(host, path));
  return lost ? { ok: false, saw: lost.no } : { ok: true, saw: path ? path.peer : 'in force' };
};
