import type { Journal } from '#db/journal/journal';
import type { ActionName } from '#policies/actions';
import type { ChangeId } from '#policies/ids';
import type { Inventory } from '#policies/inventory';
import type { Json } from '#policies/json';
import type { Basis, Plan } from '#policies/plan';
import type { Probe, Seen } from '#policies/probe';
import type { Recipe } from '#policies/recipes/recipe';
import type { Standings } from '#policies/recipes/standing';
import type { Result } from '#policies/result';
import type { HostTarget } from '#policies/target';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import type { Surroundings } from '../effects/table.ts';
import type { Guard } from '../guard.ts';
import type { Lanes } from './lanes.ts';

/** What is to be planned. */
export type Wish = {
  readonly change: ChangeId;
  readonly action: ActionName;
  readonly target: HostTarget;
  readonly params: { readonly [name: string]: Json };
};

/** What a worker can find out; nothing here touches anything. Only an unreachable or refusing node is a refusal. */
export type Eyes = {
  readonly planAction: (wish: Wish) => Promise<Result<Draft, WorkerRefusal>>;
  /** The basis of a plan as it is now; what is gone is left out. */
  readonly basisNow: (plan: Plan) => Promise<Result<readonly Basis[], WorkerRefusal>>;
  /** Looks until every probe saw what it wants, for at most `within` ms; 0 looks once. */
  readonly see: (plan: Plan, probes: readonly Probe[], within: number) => Promise<readonly Seen[]>;
  readonly inventory: () => Promise<Inventory>;
  /** How the recipes stand on this host; asked again within a few seconds it is what was seen then. */
  readonly standings: () => Promise<Standings>;
};

/** Notes of a worker about itself; never the place where a fact is kept. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, facts?: object) => void;

/** Moments of a run, in this order; a test may stop the process at any of them. */
export type Point =
  | 'guarded'
  | 'claimed'
  | 'step-begun'
  | 'effect-sent'
  | 'task-kept'
  | 'effect-done'
  | 'step-done'
  | 'verifying'
  | 'probed'
  | 'confirming'
  | 'kept'
  | 'unkept'
  | 'step-failed'
  | 'undo-begun'
  | 'undo-done'
  | 'reported';

/**
 * Everything the jobs of one node work with. `wake` tells the relay that the outbox may hold something; `signal` is
 * aborted when the worker stops: what waits then gives up and is taken up again at the next start.
 */
export type Worker = {
  readonly journal: Journal;
  readonly guard: Guard;
  readonly around: Surroundings;
  /** There is an actor token; without one nothing is changed, on this host as little as through the API. */
  readonly canAct: boolean;
  readonly eyes: Eyes;
  /** What recipes there are, by their names: they say what the changes of a node belong to. */
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly lanes: Lanes;
  readonly log: Log;
  readonly wake: () => void;
  readonly at: (point: Point) => void;
  readonly signal: AbortSignal;
};
