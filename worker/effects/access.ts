import { type AccessEffect, entryName } from '#policies/access-effect';
import { accessCall } from '../proxmox/access-calls.ts';
import { type AccessStanding, accessStanding, standingText } from '../proxmox/access-standing.ts';
import type { Ended, Found, Kind } from './effect.ts';
import { done, failed, lostOnRestart } from './ended.ts';
import type { Api } from './follow.ts';
import { refusedBy } from './refused.ts';

const refused = (failure: Parameters<typeof refusedBy>[0]): Ended => ({
  did: 'failed',
  failure: refusedBy(failure),
  upid: null,
});

/** Is it as the effect means to find it: not there to be added, and there with nothing hanging on it to be removed? */
const isReady = (way: AccessEffect['way'], standing: AccessStanding): boolean =>
  way === 'add' ? standing.stands === 'absent' : standing.stands === 'there' && standing.held === null;

const found = ({ way }: AccessEffect, { stands }: AccessStanding): Found => {
  if (stands === 'other') return lostOnRestart;
  return (stands === 'there') === (way === 'add') ? done : { did: 'nothing' };
};

const look = async (api: Api, effect: AccessEffect): Promise<Found> => {
  const now = await api.proxmox.access();
  return now.ok ? found(effect, accessStanding(now.value, effect.entry)) : lostOnRestart;
};

/** The answer was lost on the way: never sent again, only looked for. Not found is not the same as not done. */
const afterLoss = async (api: Api, effect: AccessEffect): Promise<Ended> => {
  const seen = await look(api, effect);
  return seen.did === 'nothing' ? { did: 'lost', why: 'answer-lost', upid: null } : seen;
};

const send = async (api: Api, effect: AccessEffect): Promise<Ended> => {
  const { method, path, params } = accessCall(effect);
  const sent = await api.proxmox.send(method, path, params);
  if (sent.ok) return done;
  return sent.error.kind === 'unreachable' && sent.error.sent === 'unknown'
    ? afterLoss(api, effect)
    : refused(sent.error);
};

/**
 * One entry of Proxmox's access control, by its API: added where there is none of that name, removed exactly as it was added. What
 * somebody made of it since is left, and named.
 */
export const ACCESS: Kind<AccessEffect, { readonly api: Api | null }> = {
  apply: async ({ api }, effect) => {
    if (!api) return refused({ kind: 'no-actor' });
    const now = await api.proxmox.access();
    if (!now.ok) return refused(now.error);
    const standing = accessStanding(now.value, effect.entry);
    return isReady(effect.way, standing)
      ? send(api, effect)
      : failed(`${entryName(effect.entry)}: ${standingText(standing)}`);
  },
  look: async ({ api }, effect) => (api ? look(api, effect) : lostOnRestart),
  invert: ({ kind, way, entry }) => ({ kind, way: way === 'add' ? 'remove' : 'add', entry }),
};
