import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiCall } from '#policies/effect';
import { ChangeId } from '#policies/ids';
import type { Json } from '#policies/json';
import type { HostTarget } from '#policies/target';
import { type PlannedAction, planAction } from '#worker/actions/table';
import { see } from '#worker/probes/see';
import { connectProxmox, type Proxmox } from '#worker/proxmox/proxmox';
import { apiToken } from '#worker/proxmox/settings';
import { demoWorld } from '#worker/simulator/demo-world';
import { type Simulator, startSimulator } from '#worker/simulator/simulator';
import type { Guest, World } from '#worker/simulator/world';

export const CHANGE = ChangeId.parse('abcdefghijklmnopqrst');

/** A simulated cluster behind HTTPS and the real client that speaks to it. */
export type Site = {
  readonly simulator: Simulator;
  readonly world: World;
  readonly proxmox: Proxmox;
};

const token = (world: World, id: string) => apiToken(id, world.access.tokens.get(id)?.secret ?? '');

/** Runs `body` on a site of its own; `actor: false` leaves the actor's token out. */
export const onSite = async (
  body: (site: Site) => Promise<void>,
  { world = demoWorld(Date.now()), actor = true }: { world?: World; actor?: boolean } = {},
): Promise<void> => {
  const simulator = await startSimulator({ world, pace: 0.02 });
  const proxmox = connectProxmox({
    url: simulator.url,
    trust: { by: 'ca', pem: simulator.ca },
    reader: token(world, world.reader),
    ...(actor ? { actor: token(world, world.actor) } : {}),
  });
  try {
    await body({ simulator, world, proxmox });
  } finally {
    await proxmox.close();
    await simulator.close();
  }
};

/** The guest of that number; throws when the world has none. */
export const guestOf = (world: World, vmid: number): Guest => {
  const guest = world.guests.get(vmid);
  if (guest === undefined) throw new Error(`no guest ${vmid}`);
  return guest;
};

/** What is asked for in one line of a test: `about` is a guest's number or a node's name. */
export type Wanted = {
  readonly action: PlannedAction;
  readonly about: number | string;
  readonly params?: Readonly<Record<string, Json>>;
};

export const targetOf = (about: number | string): HostTarget =>
  // Branded by the schema in production; the tests name guests and nodes of the demo.
  (typeof about === 'number'
    ? { kind: 'guest', site: 'home', vmid: about }
    : { kind: 'node', site: 'home', node: about }) as HostTarget;

/** Plans it. */
export const plan = ({ proxmox }: Site, { action, about, params = {} }: Wanted) =>
  planAction({ proxmox, now: Date.now }, { change: CHANGE, action, target: targetOf(about), params });

/** Sends a planned request as the actor and waits for its task; the exit status, or why it was refused. */
export const send = async ({ proxmox }: Site, { method, path, params }: ApiCall): Promise<string> => {
  const sent = await proxmox.send(method, path, params);
  if (!sent.ok) return JSON.stringify(sent.error);
  if (sent.value.kind === 'done') return 'ok';
  const pace = { now: Date.now, sleep: () => sleep(10) };
  const outcome = await proxmox.follow(sent.value.upid, pace);
  return outcome.kind === 'ok' ? 'ok' : JSON.stringify(outcome);
};

/** Looks for the probes, once unless `within` says longer. */
export const look = (
  { proxmox }: Site,
  about: number | string,
  probes: Parameters<typeof see>[1]['probes'],
  within = 0,
) =>
  see(
    { proxmox, root: '/', network: null, now: Date.now },
    { target: targetOf(about), probes },
    { within, every: 20, sleep },
  );
