import { ACTIONS } from '#policies/actions';
import type { Check } from '#policies/check';
import type { NetworkEffect, NetworkFiles, NetworkPath } from '#policies/effect';
import type { ChangeId, NodeName } from '#policies/ids';
import type { Basis } from '#policies/plan';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import { outsideText } from '../outside-text.ts';
import { readNetworkFiles } from './apply.ts';
import { type SyntaxComplaint, syntaxComplaints } from './interfaces-syntax.ts';
import { networkBasis } from './network-basis.ts';
import { INTERFACES, type NetworkHost, PENDING } from './network-host.ts';
import { type Rehearsal, rehearse } from './rehearse.ts';

/** How long a change waits to be kept before the dead man takes it back (s). The rules may want it sooner. */
const REVERT_AFTER = 300;

const MOST = 300;

const stop = (why: string): Check => ({
  check: 'network',
  state: 'stop',
  facts: { path: PENDING, why: outsideText(why, MOST) },
});

const located = ({ line, what }: SyntaxComplaint): Check =>
  stop(line === null ? what : `line ${line}: ${what}`);

const stopped = (...checks: Check[]): Result<never, WorkerRefusal> => no({ no: 'checks-failed', checks });

/** What ends the plan: nobody is offered a change that does not hold, or whose way back was not seen to work. */
const stopsOf = ({ complaints, inForce, restores }: Rehearsal): Check[] => [
  ...complaints.map(located),
  ...(inForce ? [] : [stop('the rehearsal does not come into force')]),
  ...(restores ? [] : [stop('the rehearsal cannot be taken back')]),
];

/** The peer that must answer is the gateway, where it is reached through what changes. */
const pathOf = ({ diff, gateway }: Rehearsal): NetworkPath | null => {
  const devices = diff.flatMap(({ key }) => /^device (.+)$/.exec(key)?.[1] ?? []);
  return gateway && devices.includes(gateway.device) ? { peer: gateway.peer, devices } : null;
};

type Rehearsed = {
  readonly node: NodeName;
  readonly effect: NetworkEffect;
  readonly basis: readonly Basis[];
};

const draft = ({ node, effect, basis }: Rehearsed): Draft => {
  const { before, after, path } = effect;
  return {
    node,
    name: node,
    basis: [...basis],
    effects: [effect],
    probes: [
      { probe: 'file', path: INTERFACES, sha256: after.interfaces?.sha256 ?? null },
      { probe: 'file', path: PENDING, sha256: null },
      { probe: 'network', path },
    ],
    checks: [
      {
        check: 'network',
        state: path ? 'ok' : 'warn',
        facts: path ? { gateway: path.peer } : { why: 'no gateway is reached through what changes' },
      },
    ],
    blast: [],
    risk: ACTIONS['network.apply'].risk,
    undo: before.interfaces ? { possible: true } : { possible: false, why: 'already-happened' },
  };
};

/** What would be in force, from what is pending; or why there is nothing to rehearse. */
const wantedOf = ({ interfaces, pending }: NetworkFiles): Result<NetworkFiles, WorkerRefusal> => {
  if (!pending || !interfaces || pending.sha256 === interfaces.sha256) return no({ no: 'nothing-to-do' });
  const complaints = syntaxComplaints(pending.content);
  if (complaints.length > 0) return stopped(...complaints.map(located));
  const { mode, uid, gid } = interfaces;
  return ok({ interfaces: { ...pending, mode, uid, gid }, pending: null });
};

/**
 * Plans to put the pending network configuration in force: rehearsed in namespaces of its own, with the way back. The host is
 * not touched.
 */
export const planNetwork = async (
  host: NetworkHost,
  { node, change }: { readonly node: NodeName; readonly change: ChangeId },
): Promise<Result<Draft, WorkerRefusal>> => {
  const before = readNetworkFiles(host.root);
  if (!before.ok) return stopped(stop(before.error));
  const after = wantedOf(before.value);
  if (!after.ok) return after;
  const basis = networkBasis(host);
  const rehearsal = await rehearse(host, { before: before.value, after: after.value });
  if (!rehearsal.ok) return stopped(stop(rehearsal.error));
  const stops = stopsOf(rehearsal.value);
  if (stops.length > 0) return stopped(...stops);
  const effect: NetworkEffect = {
    kind: 'network',
    tx: change,
    way: 'there',
    before: before.value,
    after: after.value,
    revertAfter: REVERT_AFTER,
    path: pathOf(rehearsal.value),
    diff: [...rehearsal.value.diff],
  };
  return ok(draft({ node, effect, basis }));
};
