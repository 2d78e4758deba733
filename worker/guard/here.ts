import type { NodeName, SiteId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import { targetKey } from '#policies/target';
import type { WorkerRefusal } from '#policies/worker-refusal';

/** The site and node that a worker is of. */
export type Here = { readonly site: SiteId; readonly node: NodeName };

/**
 * A worker changes its own site, whatever reached it; what touches a host's files is its own node's alone. Other nodes of
 * the site are changed through the API, which any of its workers may ask.
 */
export const refusedElsewhere = ({ site, node }: Here, plan: Plan): WorkerRefusal | undefined => {
  const { target, effects } = plan;
  const onHost = effects.some(({ kind }) => kind === 'file');
  const here = target.site === site && (!onHost || (target.kind === 'node' && target.node === node));
  return here ? undefined : { no: 'absolute', rule: 'elsewhere', fact: targetKey(target) };
};
