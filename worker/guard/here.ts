import type { NodeName, SiteId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import { type HostTarget, type Target, targetKey } from '#policies/target';
import type { WorkerRefusal } from '#policies/worker-refusal';

/** The site and the node that a worker is of. Through the API it acts on its whole site, on files only on its own node. */
export type Here = { readonly site: SiteId; readonly node: NodeName };

/** The refusal of what is not for this worker. */
export const notHere = ({ site, node }: Here, target: Target): WorkerRefusal => ({
  no: 'not-here',
  about: targetKey(target),
  here: `${site}/${node}`,
});

/** The refusal to look at a target of another site: its numbers mean other guests here. */
export const otherSite = (here: Here, target: HostTarget): WorkerRefusal | undefined =>
  target.site === here.site ? undefined : notHere(here, target);

/** The refusal of a plan that is not for this site, or would change another node here. */
export const elsewhere = (here: Here, { target, effects }: Plan): WorkerRefusal | undefined => {
  const mine = target.kind === 'node' && target.node === here.node;
  const onHost = effects.some(({ kind }) => kind !== 'api');
  return otherSite(here, target) ?? (onHost && !mine ? notHere(here, target) : undefined);
};
