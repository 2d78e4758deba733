import { ACTIONS, type ActionArgs, type ActionName } from '#policies/actions';
import { no, ok, type Result } from '#policies/result';
import { higherRisk } from '#policies/risk';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Need } from '../proxmox/privileges.ts';
import type { Draft, Part, PlanContext, TargetOf } from './action.ts';
import { type GuestFacts, readGuest } from './guest.ts';
import { guestBasis } from './guest-basis.ts';
import { type Demands, guestChecks } from './guest-checks.ts';
import { missingRight } from './site.ts';

/** Names of the rows of the catalogue that are about a guest. */
export type GuestAction = {
  [N in ActionName]: (typeof ACTIONS)[N]['target'] extends 'guest' ? N : never;
}[ActionName];

/** What the planning of a guest action works with. */
export type Asked<N extends GuestAction> = {
  readonly guest: GuestFacts;
  readonly args: ActionArgs<N>;
  readonly context: PlanContext;
};

/** An action on a guest: the rights it takes, what it demands of the guest, and its own part of the plan. */
export type GuestPlanning<N extends GuestAction> = {
  readonly needs: (asked: Asked<N>) => readonly Need[];
  readonly demands: (asked: Asked<N>) => Demands;
  readonly part: (asked: Asked<N>) => Promise<Result<Part, WorkerRefusal>> | Result<Part, WorkerRefusal>;
};

const draftOf = <N extends GuestAction>(
  action: N,
  asked: Asked<N>,
  made: Part & { demands: Demands },
): Draft => ({
  node: asked.guest.node,
  name: asked.guest.name,
  basis: [...guestBasis(asked.guest), ...(made.basis ?? [])],
  effects: made.effects,
  probes: made.probes,
  checks: [...guestChecks(asked.guest, made.demands), ...(made.checks ?? [])],
  blast: made.blast ?? [],
  risk: higherRisk(ACTIONS[action].risk, made.risk ?? 'low'),
  undo: made.undo,
});

/** A draft, unless one of its checks says stop. */
export const unlessStopped = (draft: Draft): Result<Draft, WorkerRefusal> =>
  draft.checks.some(({ state }) => state === 'stop')
    ? no({ no: 'checks-failed', checks: draft.checks })
    : ok(draft);

const about =
  (vmid: number) =>
  (need: Need): Need => ({ ...need, path: need.path.replace('{vmid}', String(vmid)) });

/** A planner of a guest action: read, ask for rights, plan the part, judge the checks. */
export const guestPlanner =
  <N extends GuestAction>(action: N, planning: GuestPlanning<N>) =>
  async (
    context: PlanContext,
    target: TargetOf<'guest.stop'>,
    args: ActionArgs<N>,
  ): Promise<Result<Draft, WorkerRefusal>> => {
    const guest = await readGuest(context.proxmox, target.vmid);
    if (!guest.ok) return guest;
    const asked = { guest: guest.value, args, context };
    const missing = await missingRight(context.proxmox, planning.needs(asked).map(about(target.vmid)));
    if (missing) return no(missing);
    const part = await planning.part(asked);
    if (!part.ok) return part;
    return unlessStopped(draftOf(action, asked, { ...part.value, demands: planning.demands(asked) }));
  };
