import type { Plan } from '#policies/plan';
import { ok, type Result } from '#policies/result';
import { keepNetwork, type NotKept } from './keep.ts';
import type { NetworkHost } from './network-host.ts';

/**
 * Keeps what a plan changed of the network, by the rename that its dead man races for; nothing for a plan without a network
 * effect. Only after this may anything be recorded as kept.
 */
export const keepChanges = async (
  host: NetworkHost | null,
  { effects }: Pick<Plan, 'effects'>,
): Promise<Result<true, NotKept>> => {
  for (const effect of effects) {
    if (effect.kind !== 'network' || effect.way !== 'there' || !host) continue;
    const kept = await keepNetwork(host, effect.tx, effect.path);
    if (!kept.ok) return kept;
  }
  return ok(true);
};
