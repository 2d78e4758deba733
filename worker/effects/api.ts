import type { ApiCall, Effect } from '#policies/effect';
import type { PveFailure } from '../proxmox/failure.ts';
import type { Ended, Kind, Trace } from './effect.ts';
import { findCall } from './find.ts';
import { type Api, followed } from './follow.ts';
import { refusedBy } from './refused.ts';

type ApiEffect = Extract<Effect, { kind: 'api' }>;

const maybeSent = (failure: PveFailure): boolean =>
  failure.kind === 'unreachable' && failure.sent === 'unknown';

/** The answer was lost on the way: never sent again, only looked for. Not found is not the same as not done. */
const afterLoss = async (api: Api, effect: ApiEffect, trace: Trace): Promise<Ended> => {
  const found = await findCall(api, effect, trace);
  return found.did === 'nothing' ? { did: 'lost', why: 'answer-lost', upid: null } : found;
};

/** The digest of a call is of the configuration before it; what undoes the call meets the one after it. */
const withoutDigest = (call: ApiCall): ApiCall => ({
  ...call,
  params: Object.fromEntries(Object.entries(call.params).filter(([key]) => key !== 'digest')),
});

/** A change of a guest's settings, which is done when it is answered. */
export const isSettings = ({ method, path }: ApiCall): boolean =>
  method === 'PUT' && path.endsWith('/config');

/** One call of the Proxmox API with the actor's token. */
export const API: Kind<ApiEffect, { readonly api: Api | null }> = {
  apply: async ({ api }, effect, onTask) => {
    if (!api) return { did: 'failed', failure: refusedBy({ kind: 'no-actor' }), upid: null };
    const since = api.pace.now();
    const { method, path, params } = effect.call;
    const sent = await api.proxmox.send(method, path, params);
    if (!sent.ok)
      return maybeSent(sent.error)
        ? afterLoss(api, effect, { upid: null, since })
        : { did: 'failed', failure: refusedBy(sent.error), upid: null };
    if (sent.value.kind === 'done') return { did: 'done', upid: null };
    onTask(sent.value.upid);
    return followed(api, sent.value.upid);
  },
  look: async ({ api }, effect, trace) =>
    api ? findCall(api, effect, trace) : { did: 'lost', why: 'worker-restarted', upid: trace.upid },
  invert: ({ kind, call, answer, diff, inverse }) =>
    inverse && {
      kind,
      call: inverse,
      answer,
      // Only settings go back with the call; what a restart brought into force stays.
      diff: isSettings(call)
        ? diff.map(({ key, before, after }) => ({ key, before: after, after: before }))
        : [],
      inverse: withoutDigest(call),
    },
};
