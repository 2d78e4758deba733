import type { Effect } from '#policies/effect';
import { inForce, normal } from '../actions/setting.ts';
import { parseUpid } from '../proxmox/upid.ts';
import type { Found, Trace } from './effect.ts';
import { type Api, followed } from './follow.ts';
import { type TaskTraits, taskTraits } from './task-type.ts';

type ApiEffect = Extract<Effect, { kind: 'api' }>;

const lost: Found = { did: 'lost', why: 'answer-lost', upid: null };

/** A node's clock may be behind ours by this much (ms), and tasks carry whole seconds. */
const CLOCKS = 2000;

/** Who started a task, token and all; the list itself cuts the token off (seen on PVE 8.4). */
const starter = (upid: string): string | null => {
  const task = parseUpid(upid);
  return task.ok ? task.value.user : null;
};

const candidates = async (
  api: Api,
  traits: TaskTraits,
  since: number,
): Promise<readonly string[] | undefined> => {
  const from = Math.floor((since - CLOCKS) / 1000);
  const rows = await api.proxmox.nodeTasks(traits.node, { source: 'all', since: from, limit: 500 });
  if (!rows.ok) return undefined;
  return rows.value
    .filter(
      (row) => traits.types.includes(row.type) && starter(row.upid) === api.actor && row.starttime >= from,
    )
    .filter((row) => traits.id === null || row.id === traits.id)
    .map((row) => row.upid);
};

/** The task of a call whose number never came back: followed when there is exactly one that it can be. */
const findTask = async (api: Api, effect: ApiEffect, { since }: Trace): Promise<Found> => {
  const traits = taskTraits(effect.call);
  const upids = traits && (await candidates(api, traits, since));
  if (upids === undefined || upids.length > 1) return lost;
  const [upid] = upids;
  return upid === undefined ? { did: 'nothing' } : followed(api, upid);
};

const textOf = (value: unknown): string | null => {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean') return String(Number(value));
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Two values of a setting that come to the same thing, whether written or left out. */
const sameSetting = (key: string, a: string | null, b: string | null): boolean => {
  const plain = (value: string | null): string | null =>
    inForce(key, value === null ? null : normal(key, value));
  return plain(a) === plain(b);
};

/** A synchronous change of settings: the configuration says whether it happened. */
const findSettings = async (api: Api, { call, diff }: ApiEffect): Promise<Found> => {
  const [, node, kind, vmid] = /^\/nodes\/([^/]+)\/(qemu|lxc)\/(\d+)\/config$/.exec(call.path) ?? [];
  if (node === undefined || (kind !== 'qemu' && kind !== 'lxc') || diff.length === 0) return lost;
  const config = await api.proxmox.guestConfig({ node: decodeURIComponent(node), kind, vmid: Number(vmid) });
  if (!config.ok) return lost;
  const is = (key: string, value: string | null): boolean =>
    sameSetting(key, textOf(config.value[key]), value);
  if (diff.every(({ key, after }) => is(key, after))) return { did: 'done', upid: null };
  return diff.every(({ key, before }) => is(key, before)) ? { did: 'nothing' } : lost;
};

const REBOOT = /^\/nodes\/([^/]+)\/status$/;

/** A node that was started after the call was begun was rebooted by it; one that was not may be about to be. */
const findReboot = async (api: Api, node: string, { since }: Trace): Promise<Found> => {
  const { pace, settle, proxmox } = api;
  const find = async (): Promise<Found> => {
    const status = await proxmox.nodeStatus(decodeURIComponent(node));
    if (!status.ok) return lost;
    return pace.now() - status.value.uptime * 1000 > since ? { did: 'done', upid: null } : lost;
  };
  const found = await find();
  const wait = since + settle - pace.now();
  if (found.did === 'done' || wait <= 0) return found;
  await pace.sleep(wait, pace.signal);
  return find();
};

/**
 * Whether a call happened that may have been sent, by looking alone. "Nothing" is said only when so long has passed that
 * a request still under way in Proxmox would have shown.
 */
export const findCall = async (api: Api, effect: ApiEffect, trace: Trace): Promise<Found> => {
  if (trace.upid !== null) return followed(api, trace.upid);
  const node = REBOOT.exec(effect.call.path)?.[1];
  if (node !== undefined) return findReboot(api, node, trace);
  const find = (): Promise<Found> =>
    effect.answer === 'task' ? findTask(api, effect, trace) : findSettings(api, effect);
  const found = await find();
  const wait = trace.since + api.settle - api.pace.now();
  if (found.did !== 'nothing' || wait <= 0) return found;
  await api.pace.sleep(wait, api.pace.signal);
  return find();
};
