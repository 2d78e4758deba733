import type { ACTIONS, ActionArgs, ActionName } from '#policies/actions';
import type { ChangeId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import type { Result } from '#policies/result';
import type { HostTarget } from '#policies/target';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Proxmox } from '../proxmox/proxmox.ts';

/** What planning looks at. `now` in ms since the epoch; `change` ends up where Proxmox keeps free text. */
export type PlanContext = {
  readonly proxmox: Proxmox;
  readonly change: ChangeId;
  readonly now: () => number;
};

/** A plan without what its caller knows already. */
export type Draft = Omit<Plan, 'change' | 'action' | 'target' | 'params' | 'madeAt'>;

/** The kind of target that a row of the catalogue takes. */
export type TargetOf<N extends ActionName> = Extract<HostTarget, { kind: (typeof ACTIONS)[N]['target'] }>;

/**
 * Plans one action by reading alone: nothing on the site changes. An expected "no" is a refusal; rejects with
 * `PveMalformed` when Proxmox answers in words nobody knows.
 */
export type Planner<N extends ActionName> = (
  context: PlanContext,
  target: TargetOf<N>,
  args: ActionArgs<N>,
) => Promise<Result<Draft, WorkerRefusal>>;

/** What differs from action to action once the state was read. `risk` may only raise that of the catalogue. */
export type Part = Pick<Draft, 'effects' | 'probes' | 'undo'> &
  Partial<Pick<Draft, 'checks' | 'basis' | 'blast' | 'risk'>>;
