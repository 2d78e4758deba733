import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonical } from '#db/canonical';
import { hand, localHub, localQueue } from '#db/queue/local';
import { type ChangeId, NodeName, SiteId, Vmid } from '#policies/ids';
import type { Job } from '#policies/job';
import { Report } from '#policies/report';
import { ok } from '#policies/result';
import type { SignedTicket, Ticket } from '#policies/ticket';
import { sampleTicket } from '#test/db/journal/sample';
import { SCRATCH } from '#test/fixture/scratch';
import type { WorkerConfig } from '#worker/config';
import { demoCatalogue } from '#worker/demo-scripts';
import { DEFAULT_POLICY } from '#worker/guard/node-policy';
import { type RunningWorker, startWorker, type WorkerParts } from '#worker/main';
import { apiToken } from '#worker/proxmox/settings';
import { ACTOR, READER } from '#worker/simulator/demo-access';
import { demoWorld } from '#worker/simulator/demo-world';
import { startSimulator } from '#worker/simulator/simulator';

export const VM101 = { kind: 'guest' as const, site: SiteId.parse('home'), vmid: Vmid.parse(101) };
export const PVE1 = { kind: 'node' as const, site: SiteId.parse('home'), node: NodeName.parse('pve1') };
/** The file of the recipe apt-no-translations. */
export const DROP_IN = 'etc/apt/apt.conf.d/99quorate-no-translations';

/** A Debian root with nothing in it but what the recipe looks at. */
const debianRoot = (folder: string): string => {
  const root = join(folder, 'root');
  mkdirSync(join(root, 'etc/apt/apt.conf.d'), { recursive: true });
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  writeFileSync(join(root, 'usr/lib/os-release'), 'ID=debian\nVERSION_CODENAME=trixie\n');
  return root;
};

/** A simulated cluster, a folder for a worker's state, a Debian root, and the bot's key. */
export const openSite = async () => {
  const simulator = await startSimulator({ world: demoWorld(Date.now()), pace: 0.01 });
  const folder = mkdtempSync(join(tmpdir(), 'quorate-site-'));
  const state = mkdtempSync(join(SCRATCH, 'quorate-site-'));
  const keys = generateKeyPairSync('ed25519');
  const secret = (id: string): string => {
    const token = simulator.world.access.tokens.get(id);
    if (!token) throw new Error(`no token ${id}`);
    return token.secret;
  };
  const secrets = { reader: secret(READER), actor: secret(ACTOR) };
  return {
    simulator,
    folder,
    secrets,
    root: debianRoot(folder),
    state: join(state, 'state'),
    publicKey: keys.publicKey,
    privateKey: keys.privateKey,
    posts: (): string[] =>
      simulator.requests
        .filter(({ method }) => method !== 'GET')
        .map(({ method, path }) => `${method} ${path}`),
    close: async (): Promise<void> => {
      await simulator.close();
      for (const each of [folder, state]) rmSync(each, { recursive: true, force: true });
    },
  };
};
export type Site = Awaited<ReturnType<typeof openSite>>;

type Place = Pick<Site, 'root' | 'state' | 'publicKey' | 'secrets'> & {
  readonly url: string;
  readonly ca: string;
};

/** The configuration of the worker of pve1. */
export const configOf = ({ root, state, publicKey, secrets, url, ca }: Place): WorkerConfig => ({
  site: PVE1.site,
  node: PVE1.node,
  state,
  root,
  simulated: true,
  policy: () => ok(DEFAULT_POLICY),
  botKey: publicKey,
  proxmox: {
    url,
    trust: { by: 'ca', pem: ca },
    reader: apiToken(READER, secrets.reader),
    actor: apiToken(ACTOR, secrets.actor),
  },
  own: [state],
  scripts: demoCatalogue(root),
});

const settled = async (worker: RunningWorker): Promise<void> => {
  await worker.idle();
  // What the relay still holds is on its way to the bot of this test.
  const deadline = Date.now() + 5000;
  const waiting = worker.journal.db.sqlite.prepare('SELECT 1 FROM outbox WHERE sent_at IS NULL').pluck();
  while (waiting.get() !== undefined && Date.now() < deadline)
    await new Promise((next) => setTimeout(next, 5));
};

/** A worker in this process with a bot that only keeps what it is told. Message ids are those the caller gives. */
export const openNode = async (config: WorkerConfig, more: Partial<WorkerParts> = {}) => {
  const hub = localHub();
  const queue = localQueue(hub);
  const reports: Report[] = [];
  await queue.receive('bot', async ({ body }) => {
    reports.push(Report.parse(body));
  });
  const worker = await startWorker({
    config,
    queue,
    now: Date.now,
    random: randomBytes,
    log: () => undefined,
    settle: 300,
    ...more,
  });
  return {
    worker,
    reports,
    /** Reports about changes, by name. */
    names: (): string[] =>
      reports.map(({ report }) => report).filter((name) => name !== 'hello' && name !== 'inventory'),
    send: async (id: string, job: Job): Promise<void> => {
      await hand(hub, { id, from: 'bot', to: worker.address, at: Date.now(), body: job });
      await settled(worker);
    },
    settled: () => settled(worker),
    stop: async (): Promise<void> => {
      await worker.stop();
      await queue.close();
    },
  };
};
export type Node = Awaited<ReturnType<typeof openNode>>;

/** The last plan that was reported for a change. */
export const plannedOf = (reports: readonly Report[], change: ChangeId) => {
  const planned = reports.findLast((report) => report.report === 'planned' && report.change === change);
  if (planned?.report !== 'planned') throw new Error(`nothing planned: ${JSON.stringify(reports.at(-1))}`);
  return planned;
};

/** A text as the bot signs it. */
export const signedBy = (key: KeyObject, text: string): SignedTicket => ({
  text,
  signature: sign(null, Buffer.from(text), key).toString('base64'),
});

/** A ticket for the last plan of a change, with one vote. */
export const ticketFor = (
  reports: readonly Report[],
  change: ChangeId,
  key: KeyObject,
  rest: Partial<Ticket> = {},
): SignedTicket => {
  const { plan, hash } = plannedOf(reports, change);
  const text = canonical(sampleTicket(plan, hash, { expires: Date.now() + 60_000, ...rest }));
  return signedBy(key, text);
};
