import type { Probe, Seen } from '#policies/probe';
import type { HostTarget } from '#policies/target';
import { PveMalformed } from '../proxmox/failure.ts';
import { access } from './access-probe.ts';
import {
  backupNewer,
  diskSize,
  guestGone,
  guestOnNode,
  guestRestarted,
  guestStatus,
  setting,
  snapshot,
} from './guest-probes.ts';
import { aptSetting, file, network, nodeRebooted, serviceRunning } from './host-probes.ts';
import { changeset, cmdline, diversion, folder, installed, pool, sysctl, unit } from './host-state-probes.ts';
import type { Look, Looker, ProbeContext } from './probe.ts';

/** Every kind of probe; one that is missing here does not compile. */
const LOOKERS: { readonly [K in Probe['probe']]: Looker<K> } = {
  'guest-status': guestStatus,
  'guest-gone': guestGone,
  'guest-on-node': guestOnNode,
  'guest-restarted': guestRestarted,
  snapshot,
  setting,
  'disk-size': diskSize,
  'backup-newer': backupNewer,
  'node-rebooted': nodeRebooted,
  'service-running': serviceRunning,
  file,
  'apt-config': aptSetting,
  network,
  folder,
  sysctl,
  unit,
  package: installed,
  cmdline,
  pool,
  diversion,
  access,
  changeset,
};

type AnyLooker = (context: ProbeContext, target: HostTarget, probe: Probe) => Promise<Look>;

/** What must be seen, and of what. */
export type Expected = { readonly target: HostTarget; readonly probes: readonly Probe[] };

/** How long to wait for what takes time: up to `within` ms, a look every `every` ms. `within` 0 looks once. */
export type Patience = {
  readonly within: number;
  readonly every: number;
  readonly sleep: (ms: number) => Promise<unknown>;
};

const lookOnce = async (context: ProbeContext, target: HostTarget, probe: Probe): Promise<Seen> => {
  try {
    // The looker picked by a probe's kind takes exactly that probe.
    return { probe, ...(await (LOOKERS[probe.probe] as AnyLooker)(context, target, probe)) };
  } catch (error) {
    if (!(error instanceof PveMalformed)) throw error;
    return { probe, ok: false, saw: error.message.slice(0, 200) };
  }
};

/**
 * Looks until every probe was seen at the same time or patience ends, and answers what each saw last, in their order.
 * Changes nothing. Rejects with RangeError for a probe that cannot be about the target.
 */
export const see = async (
  context: ProbeContext,
  { target, probes }: Expected,
  { within, every, sleep }: Patience,
): Promise<Seen[]> => {
  const until = context.now() + within;
  for (;;) {
    const seen = await Promise.all(probes.map((probe) => lookOnce(context, target, probe)));
    if (seen.every(({ ok }) => ok) || context.now() + every > until) return seen;
    await sleep(every);
  }
};
