import type { NetworkEffect } from '#policies/effect';
import { applyNetwork } from '../network/apply.ts';
import { restoreNow } from '../network/dead-man.ts';
import type { NetworkHost } from '../network/network-host.ts';
import { moveTx, txState } from '../network/transaction.ts';
import { outsideText } from '../outside-text.ts';
import type { Ended, Found, Kind } from './effect.ts';

const DONE: Ended = { did: 'done', upid: null };

const failed = (message: string): Ended => ({
  did: 'failed',
  failure: { failure: 'host', message: outsideText(message, 1000) },
  upid: null,
});

const LOST: Ended = { did: 'lost', why: 'answer-lost', upid: null };
const NOT_HERE = failed('this worker does not run on the host whose network it is');

const goThere = async (host: NetworkHost, effect: NetworkEffect): Promise<Ended> => {
  const applied = await applyNetwork(host, effect);
  if (applied.ok) return DONE;
  return applied.error.asBefore ? failed(applied.error.why) : LOST;
};

/** What was kept goes back by the same script, and so does what the dead man had begun with. */
const goBack = async (host: NetworkHost, { tx }: NetworkEffect): Promise<Ended> => {
  if (txState(host, tx) === null) return failed(`nothing is known here of network change ${tx}`);
  moveTx(host, tx, { from: 'kept', to: 'restoring' });
  const restored = await restoreNow(host, tx);
  return restored.ok ? DONE : failed(restored.error);
};

/** What was armed was begun: the probes see whether all of it is there, and what is not goes back. */
const lookThere = (host: NetworkHost, { tx }: NetworkEffect): Found => {
  const state = txState(host, tx);
  if (state === null) return { did: 'nothing' };
  return state === 'armed' || state === 'kept' ? DONE : failed('it was taken back while nobody kept it');
};

const lookBack = (host: NetworkHost, { tx }: NetworkEffect): Found =>
  txState(host, tx) === 'restored' ? DONE : { did: 'nothing' };

/** The network of the host, under a dead man that needs no worker. Null = the worker does not run on that host. */
export const NETWORK: Kind<NetworkEffect, { readonly network: NetworkHost | null }> = {
  apply: async ({ network }, effect) => {
    if (!network) return NOT_HERE;
    return effect.way === 'there' ? goThere(network, effect) : goBack(network, effect);
  },
  look: async ({ network }, effect) => {
    if (!network) return NOT_HERE;
    return effect.way === 'there' ? lookThere(network, effect) : lookBack(network, effect);
  },
  invert: (effect) =>
    effect.way === 'back'
      ? null
      : {
          ...effect,
          way: 'back',
          before: effect.after,
          after: effect.before,
          diff: effect.diff.map(({ key, before, after }) => ({ key, before: after, after: before })),
        },
};
