import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { NetworkPath } from '#policies/effect';
import { no, ok, type Result } from '#policies/result';
import { complaintOf } from './apply.ts';
import type { NetworkHost } from './network-host.ts';
import { moveTx, txState } from './transaction.ts';

/** Why a network change is not kept. */
export type NotKept =
  | { readonly no: 'too-late' }
  | { readonly no: 'another-path'; readonly device: string }
  | { readonly no: 'no-path'; readonly peer: string }
  | { readonly no: 'not-in-force'; readonly why: string };

const Routes = z.array(z.object({ dev: z.string(), gateway: z.string().optional() }));
const Neighbours = z.array(z.object({ lladdr: z.string().optional(), state: z.array(z.string()) }));

const POLL = 100;

/** How long a neighbour may take to answer (ms): the kernel asks three times, a second apart. */
const ANSWER_WITHIN = 4000;

const readJson = <T>(schema: z.ZodType<T>, text: string): T | null => {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // What ip says in words that nobody knows is no answer.
    return null;
  }
};

/** Does the next hop answer on its device? Asked below IP, so that no firewall of the peer has a say. */
const answers = async ({ run }: NetworkHost, hop: string, device: string): Promise<boolean> => {
  await run('ip', ['neigh', 'flush', 'to', hop, 'dev', device]);
  const asked = await run('ip', ['neigh', 'replace', hop, 'dev', device, 'use']);
  for (let waited = 0; asked.ok && waited < ANSWER_WITHIN; waited += POLL) {
    const shown = await run('ip', ['-j', 'neigh', 'show', 'to', hop, 'dev', device]);
    const [row] = (shown.ok ? readJson(Neighbours, shown.value) : null) ?? [];
    if (row?.lladdr !== undefined && row.state.includes('REACHABLE')) return true;
    if (row?.state.includes('FAILED')) return false;
    await sleep(POLL);
  }
  return false;
};

/** Goes the way to the peer over one of the changed devices, and does it answer there? Null = yes. */
export const pathComplaint = async (
  host: NetworkHost,
  { peer, devices }: NetworkPath,
): Promise<NotKept | null> => {
  const shown = await host.run('ip', ['-j', 'route', 'get', peer]);
  const [route] = (shown.ok ? readJson(Routes, shown.value) : null) ?? [];
  if (!route) return { no: 'no-path', peer };
  if (!devices.includes(route.dev)) return { no: 'another-path', device: route.dev };
  return (await answers(host, route.gateway ?? peer, route.dev)) ? null : { no: 'no-path', peer };
};

/**
 * Keeps an armed change: only where the peer that wants it is reached through what was changed, and all is in force. The
 * rename decides against the restorer; whoever is second changes nothing.
 */
export const keepNetwork = async (
  host: NetworkHost,
  tx: string,
  path: NetworkPath | null,
): Promise<Result<true, NotKept>> => {
  if (txState(host, tx) !== 'armed') return no({ no: 'too-late' });
  const lost = path && (await pathComplaint(host, path));
  if (lost) return no(lost);
  const why = await complaintOf(host);
  if (why !== null) return no({ no: 'not-in-force', why });
  return moveTx(host, tx, { from: 'armed', to: 'kept' }) ? ok(true) : no({ no: 'too-late' });
};
