import { generateKeyPairSync, sign } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { canonical } from '#db/canonical';
import { planOf } from '#db/journal/plans';
import type { Effect } from '#policies/effect';
import type { ChangeId } from '#policies/ids';
import { NodeName, SiteId } from '#policies/ids';
import type { Job } from '#policies/job';
import type { Basis } from '#policies/plan';
import { Report } from '#policies/report';
import { ok } from '#policies/result';
import type { SignedTicket, Ticket } from '#policies/ticket';
import { sampleTicket, tempJournal } from '#test/db/journal/sample';
import type { Draft } from '#worker/actions/action';
import { locate } from '#worker/changeset/locate';
import { fileState, readFileState } from '#worker/changeset/read-file';
import { DEFAULT_POLICY, type NodePolicy } from '#worker/guard/node-policy';
import { type Desk, openDesk } from '#worker/jobs/desk';
import { lanes } from '#worker/jobs/lanes';
import type { Point, Worker } from '#worker/jobs/worker';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');

/** The node that file plans of these tests are about. */
export const NODE = { kind: 'node' as const, site: SiteId.parse('home'), node: NodeName.parse('pve1') };

const basisOf = (root: string, effects: readonly Effect[]): Basis[] =>
  effects.flatMap((effect) => {
    if (effect.kind !== 'file') return [];
    const state = readFileState(root, effect.path);
    return [{ of: `file ${effect.path}`, value: state.ok ? JSON.stringify(state.value) : 'unreadable' }];
  });

/** A text signed by the bot that the rig's worker trusts. */
const signed = (text: string): SignedTicket => ({
  text,
  signature: sign(null, Buffer.from(text), privateKey).toString('base64'),
});

/** Real journal, real files, no Proxmox: plans are about files in a folder of their own. */
export const rig = (overrides: Partial<Worker> = {}, now = Date.now) => {
  const temp = tempJournal(now);
  const root = join(temp.folder, 'root');
  mkdirSync(join(root, 'etc'), { recursive: true });
  const points: Point[] = [];
  let draft: Draft;
  let floor = DEFAULT_POLICY;
  let stopped = new AbortController();
  let dieAt: Point | undefined;
  const worker: Worker = {
    journal: temp.journal,
    guard: {
      here: { site: NODE.site, node: NODE.node },
      botKey: publicKey,
      policy: () => ok(floor),
      own: ['/nowhere'],
      real: (path) => {
        const place = locate(root, path);
        return place.ok ? place.value.full : null;
      },
    },
    around: { host: { root }, api: null, network: null },
    canAct: true,
    eyes: {
      planAction: async () => ok(draft),
      basisNow: async (plan) => ok(basisOf(root, plan.effects)),
      see: async (_, probes) =>
        probes.map((probe) => {
          const now = probe.probe === 'file' ? readFileState(root, probe.path) : undefined;
          const is = now?.ok ? (now.value?.sha256 ?? null) : undefined;
          return { probe, ok: probe.probe === 'file' && is === probe.sha256, saw: String(is) };
        }),
      inventory: async () => {
        throw new Error('no site in this test');
      },
      standings: async () => ({ at: 0, standings: [] }),
    },
    recipes: new Map(),
    lanes: lanes(),
    log: () => undefined,
    wake: () => undefined,
    at: (point) => {
      points.push(point);
      if (point !== dieAt) return;
      dieAt = undefined;
      stopped.abort();
      throw new Error(`stopped at ${point}`);
    },
    get signal() {
      return stopped.signal;
    },
    ...overrides,
  };
  let desk: Desk = openDesk(worker);
  let no = 0;
  const send = async (job: Job): Promise<void> => {
    no += 1;
    await desk.receive({ id: `message-${no}`, from: 'bot', to: temp.journal.address, at: 1, body: job });
    await desk.idle();
  };
  return {
    ...temp,
    worker,
    root,
    points,
    send,
    /** What the next plan consists of: files by path, with the text they get (null = taken away). */
    wants: (files: Readonly<Record<string, string | null>>, more: Partial<Draft> = {}): void => {
      const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, mode: 0o644 };
      const effects = Object.entries(files).map(([path, text]): Effect => {
        const before = readFileState(root, path);
        return {
          kind: 'file',
          path,
          before: before.ok ? before.value : null,
          after: text === null ? null : fileState(text, owner),
        };
      });
      draft = {
        node: NODE.node,
        name: 'pve1',
        basis: basisOf(root, effects),
        effects,
        probes: effects.flatMap((effect) =>
          effect.kind === 'file'
            ? [{ probe: 'file', path: effect.path, sha256: effect.after?.sha256 ?? null }]
            : [],
        ),
        checks: [],
        blast: [],
        risk: 'medium',
        undo: { possible: true },
        ...more,
      };
    },
    plan: (change: ChangeId, recipe = 'test'): Promise<void> =>
      send({ job: 'plan', change, action: 'host.recipe', target: NODE, params: { recipe } }),
    ticket: (change: ChangeId, rest: Partial<Ticket> = {}): SignedTicket => {
      const stored = planOf(temp.journal, change);
      if (!stored) throw new Error('nothing planned');
      const text = canonical(
        sampleTicket(stored.plan, stored.hash, { expires: Date.now() + 60_000, ...rest }),
      );
      return signed(text);
    },
    sign: signed,
    /** What the node permits from now on. */
    permits: (policy: NodePolicy): void => {
      floor = policy;
    },
    /** From now on the worker breaks off at this moment, once, as if its process were gone. */
    diesAt: (point: Point): void => {
      dieAt = point;
    },
    /** The worker after a restart: a new desk over the same journal and files. */
    restart: async (): Promise<void> => {
      stopped = new AbortController();
      desk = openDesk(worker);
      await desk.idle();
    },
    reports: (): Report[] =>
      temp.journal.db.sqlite
        .prepare<[], string>('SELECT body FROM outbox ORDER BY seq')
        .pluck()
        .all()
        .map((body) => Report.parse(JSON.parse(body))),
    kinds: (): string[] =>
      temp.journal.db.sqlite.prepare<[], string>('SELECT kind FROM audit_record ORDER BY seq').pluck().all(),
  };
};
