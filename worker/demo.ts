import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Queue } from '#db/queue/queue';
import { NodeName, SiteId } from '#policies/ids';
import { ok } from '#policies/result';
import type { WorkerConfig } from './config.ts';
import { demoCatalogue } from './demo-scripts.ts';
import { DEFAULT_POLICY } from './guard/node-policy.ts';
import type { Log } from './jobs/worker.ts';
import { type RunningWorker, startWorker } from './main.ts';
import { apiToken } from './proxmox/settings.ts';
import { ACTOR, READER } from './simulator/demo-access.ts';
import { demoWorld } from './simulator/demo-world.ts';
import { type Simulator, startSimulator } from './simulator/simulator.ts';

/** A host's root that is small and harmless: what a recipe looks at, and nothing else. */
export const layDemoRoot = (root: string): void => {
  mkdirSync(join(root, 'etc/apt/apt.conf.d'), { recursive: true });
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  writeFileSync(join(root, 'usr/lib/os-release'), 'ID=debian\nVERSION_CODENAME=bookworm\n');
  writeFileSync(
    join(root, 'etc/apt/apt.conf.d/01autoremove'),
    'APT::NeverAutoRemove { "^firmware-linux.*"; };\n',
  );
};

/** The demo's cluster, served over HTTPS on this machine. `pace` multiplies the time that its tasks take. */
export const startDemoCluster = (pace: number): Promise<Simulator> => {
  const world = demoWorld(Date.now(), {
    reader: randomBytes(16).toString('hex'),
    actor: randomBytes(16).toString('hex'),
  });
  return startSimulator({ world, pace });
};

const tokenOf = ({ world }: Simulator, id: string) => {
  const token = world.access.tokens.get(id);
  if (!token) throw new Error(`the demo's world has no token ${id}`);
  return apiToken(id, token.secret);
};

/** Where a demo worker keeps its journal, where its host begins, and whose tickets it believes. */
export type DemoPlace = { readonly state: string; readonly root: string; readonly botKey: KeyObject };

/** The configuration of a worker of the demo's cluster: the pinned certificate and tokens are the simulator's own. */
export const demoConfig = (simulator: Simulator, { state, root, botKey }: DemoPlace): WorkerConfig => ({
  site: SiteId.parse('home'),
  node: NodeName.parse('pve1'),
  state,
  root,
  simulated: true,
  policy: () => ok(DEFAULT_POLICY),
  botKey,
  proxmox: {
    url: simulator.url,
    trust: { by: 'fingerprint', sha256: simulator.fingerprint },
    reader: tokenOf(simulator, READER),
    actor: tokenOf(simulator, ACTOR),
  },
  own: [state],
  scripts: demoCatalogue(root),
});

/** A worker of the demo's cluster. */
export const startDemoWorker = (
  simulator: Simulator,
  place: DemoPlace,
  { queue, log }: { readonly queue: Queue; readonly log: Log },
): Promise<RunningWorker> =>
  startWorker({
    config: demoConfig(simulator, place),
    queue,
    now: Date.now,
    random: randomBytes,
    log,
  });
