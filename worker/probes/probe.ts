import type { Probe } from '#policies/probe';
import type { HostTarget } from '#policies/target';
import type { NetworkHost } from '../network/network-host.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import type { Places } from '../scripts/places.ts';

/** What probes look at: the site, and the machine's files below `root`. `now` in ms since the epoch. */
export type ProbeContext = {
  readonly proxmox: Proxmox;
  readonly root: string;
  /** Null = the network is not that of this machine. */
  readonly network: NetworkHost | null;
  /** Where change sets are kept; absent where nothing is rehearsed. */
  readonly changes?: Places;
  readonly now: () => number;
};

/** What one look saw. `saw` is short text for people, without secrets. */
export type Look = { readonly ok: boolean; readonly saw: string };

/** The probe of one kind. */
export type ProbeOf<K extends Probe['probe']> = Extract<Probe, { probe: K }>;

/** Looks once and changes nothing. A site that cannot be asked was not seen: `ok` is false, never an exception. */
export type Looker<K extends Probe['probe']> = (
  context: ProbeContext,
  target: HostTarget,
  probe: ProbeOf<K>,
) => Promise<Look>;
