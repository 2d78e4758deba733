import { ACTIONS, type ActionName, type OwnAction } from '#policies/actions';
import type { ChangeId } from '#policies/ids';
import type { Json } from '#policies/json';
import type { Result } from '#policies/result';
import type { HostTarget } from '#policies/target';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft, PlanContext, Planner } from './action.ts';
import { backupCreate } from './backup.ts';
import { configSet } from './config.ts';
import { guestDestroy } from './destroy.ts';
import { diskGrow } from './disk.ts';
import { power } from './guest-power.ts';
import { guestMigrate } from './migrate.ts';
import { nodeReboot } from './node-reboot.ts';
import { serviceRestart } from './service.ts';
import { snapshotCreate, snapshotDelete, snapshotRollback } from './snapshot.ts';

/** Names of the actions planned here; recipes, scripts and undo are planned by their own engines, changes of Quorate itself by its ledger. */
export type PlannedAction = Exclude<
  ActionName,
  'host.recipe' | 'host.script' | 'network.apply' | 'change.undo' | OwnAction
>;

/** One planner per row of the catalogue; a row that is missing here does not compile. */
const PLANNERS: { readonly [N in PlannedAction]: Planner<N> } = {
  'guest.start': power('guest.start'),
  'guest.shutdown': power('guest.shutdown'),
  'guest.reboot': power('guest.reboot'),
  'guest.stop': power('guest.stop'),
  'guest.suspend': power('guest.suspend'),
  'guest.resume': power('guest.resume'),
  'snapshot.create': snapshotCreate,
  'snapshot.delete': snapshotDelete,
  'snapshot.rollback': snapshotRollback,
  'backup.create': backupCreate,
  'config.set': configSet,
  'disk.grow': diskGrow,
  'guest.migrate': guestMigrate,
  'guest.destroy': guestDestroy,
  'node.service-restart': serviceRestart,
  'node.reboot': nodeReboot,
};

/** Whether an action is planned here. */
export const isPlanned = (action: ActionName): action is PlannedAction => action in PLANNERS;

type AnyPlanner = (
  context: PlanContext,
  target: HostTarget,
  args: unknown,
) => Promise<Result<Draft, WorkerRefusal>>;

/** What is asked for, as the job names it. `params` are read again by the schema of the catalogue. */
export type Wish = {
  readonly change: ChangeId;
  readonly action: PlannedAction;
  readonly target: HostTarget;
  readonly params: Readonly<Record<string, Json>>;
};

/**
 * Plans an action without touching anything. Rejects with ZodError for parameters that the catalogue does not know and
 * RangeError for a target of the wrong kind: both mean that the sender is broken or lies.
 */
export const planAction = async (
  context: Omit<PlanContext, 'change'>,
  { change, action, target, params }: Wish,
): Promise<Result<Draft, WorkerRefusal>> => {
  const row = ACTIONS[action];
  if (row.target !== target.kind)
    throw new RangeError(`${action} is about a ${row.target}, not a ${target.kind}`);
  const args: unknown = row.args.parse(params);
  // The planner picked by an action's name takes exactly that row's target and arguments, checked above.
  return (PLANNERS[action] as AnyPlanner)({ ...context, change }, target, args);
};
