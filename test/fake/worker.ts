import { digestOf } from '#db/canonical';
import { type LocalHub, localQueue } from '#db/queue/local';
import { PlanHash } from '#policies/ids';
import { Inventory } from '#policies/inventory';
import { Job } from '#policies/job';
import { Json } from '#policies/json';
import { Plan } from '#policies/plan';
import type { Report } from '#policies/report';

const ADDRESS = 'node.home.pve1';

const guest = (vmid: number, name: string, more: object = {}) => ({
  vmid,
  kind: 'qemu',
  name,
  node: 'pve1',
  status: 'running',
  template: false,
  lock: null,
  pool: null,
  tags: [],
  cpu: 0.1,
  memory: 1e9,
  maxMemory: 2e9,
  disk: null,
  maxDisk: 1e10,
  uptime: 60,
  ...more,
});

/** A small site as a worker would report it. */
export const someInventory = (at: number, more: object = {}): Inventory =>
  Inventory.parse({
    site: 'home',
    at,
    simulated: true,
    version: '8.4.21',
    quorum: { known: true, value: { standalone: false, quorate: true, nodes: 1, online: 1 } },
    nodes: { known: true, value: [{ node: 'pve1', online: true, cpu: 0.1, memory: 1e9, maxMemory: 4e9 }] },
    guests: {
      known: true,
      value: [guest(100, 'dns-01'), guest(101, 'web-01'), guest(102, 'db-01'), guest(103, 'db-01')],
    },
    storages: { known: true, value: [] },
    backups: { known: true, value: [] },
    backupRuns: { known: true, value: [] },
    backupJobs: { known: true, value: [] },
    uncovered: { known: true, value: [] },
    ...more,
  });

/** What the worker's answer to a job is; undefined = it stays silent. */
export type Script = {
  plan: (job: Extract<Job, { job: 'plan' }>) => Report | undefined;
  run: (job: Extract<Job, { job: 'run' }>) => Report | undefined;
  choose: (job: Extract<Job, { job: 'choose' }>) => Report | undefined;
};

let planned = 0;

/** A plan that a worker could have made, with its own hash; each call gives another one. */
export const somePlan = (job: Extract<Job, { job: 'plan' }>, more: Partial<Plan> = {}): Plan =>
  Plan.parse({
    change: job.change,
    action: job.action,
    target: job.target,
    node: 'pve1',
    params: job.params,
    name: 'web-01',
    basis: [],
    effects: [
      {
        kind: 'api',
        call: { method: 'POST', path: '/nodes/pve1/qemu/101/status/stop', params: {} },
        answer: 'task',
        diff: [{ key: 'status', before: 'running', after: 'stopped' }],
        inverse: null,
      },
    ],
    probes: [{ probe: 'guest-status', want: 'stopped' }],
    checks: [],
    blast: [],
    risk: 'high',
    undo: { possible: true },
    madeAt: ++planned,
    ...more,
  });

/** The report that carries a plan under its own hash. */
export const plannedReport = (plan: Plan): Report => ({
  report: 'planned',
  change: plan.change,
  plan,
  hash: PlanHash.parse(digestOf(plan as unknown as Json)), // plans are plain JSON objects
});

const succeeded = (change: Plan['change']): Report => ({
  report: 'finished',
  change,
  outcome: { end: 'succeeded', seen: [], upids: [] },
  head: { seq: 1, hash: '0'.repeat(64) },
});

/** What a worker does where a test says nothing: plans what it is asked and runs what it is told. */
export const obedient = (): Script => ({
  plan: (job) => plannedReport(somePlan(job)),
  run: (job) => succeeded(job.change),
  choose: () => undefined,
});

const answerOf = (script: Script, job: Job): Report | undefined => {
  if (job.job === 'plan') return script.plan(job);
  if (job.job === 'run') return script.run(job);
  return job.job === 'choose' ? script.choose(job) : undefined;
};

/** A worker at the other end of the queue: it keeps every job it got and answers as the script says. */
export const startFakeWorker = async (hub: LocalHub, now: () => number, script: Script) => {
  const queue = localQueue(hub);
  const jobs: Job[] = [];
  let sent = 0;
  const tell = (report: Report): Promise<void> =>
    queue.send({
      id: `fake-${++sent}`.padEnd(8, 'x'),
      from: ADDRESS,
      to: 'bot',
      at: now(),
      body: Json.parse(report),
    });
  await queue.receive(ADDRESS, (envelope) => {
    const job = Job.parse(envelope.body);
    jobs.push(job);
    const answer = answerOf(script, job);
    // A bot that was stopped meanwhile does not hear it; a real worker's outbox would keep it.
    if (answer) setImmediate(() => void tell(answer).catch(() => undefined));
    return Promise.resolve();
  });
  return {
    jobs,
    tell,
    greet: async () => {
      await tell({
        report: 'hello',
        site: Inventory.shape.site.parse('home'),
        node: Plan.shape.node.parse('pve1'),
        address: ADDRESS,
        simulated: true,
        canAct: true,
        recipes: [],
      });
      await tell({ report: 'inventory', inventory: someInventory(now()) });
    },
    close: () => queue.close(),
  };
};
