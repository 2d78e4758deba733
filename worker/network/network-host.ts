import type { Result } from '#policies/result';
import { type RunFailure, type RunOptions, run } from '../shell/run.ts';

/**
 * The host whose network is changed. Paths are its own: on this machine they begin at `root`. `state` is the folder on it where
 * what is needed to take a change back is kept. `run` runs a program there.
 */
export type NetworkHost = {
  readonly root: string;
  readonly state: string;
  readonly run: (
    file: string,
    args: readonly string[],
    options?: RunOptions,
  ) => Promise<Result<string, RunFailure>>;
};

/** Where the boot-time unit looks as well (quorate-network-restore.service). */
export const STATE = '/var/lib/quorate/network';

/** This machine itself. */
export const thisHost: NetworkHost = { root: '/', state: STATE, run };

/** interfaces(5), and what the Proxmox interface writes until it is applied (PVE::INotify). */
export const INTERFACES = '/etc/network/interfaces';
export const PENDING = '/etc/network/interfaces.new';
