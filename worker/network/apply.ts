import type { NetworkEffect, NetworkFiles } from '#policies/effect';
import { no, ok, type Result } from '#policies/result';
import { problemText } from '../changeset/problem.ts';
import { readFileState, sameState } from '../changeset/read-file.ts';
import { replaceFile } from '../changeset/replace-file.ts';
import { installBootUnit } from './boot-unit.ts';
import { restoreNow, startDeadMan } from './dead-man.ts';
import { INTERFACES, type NetworkHost, PENDING } from './network-host.ts';
import { clearTx, layDown, moveTx } from './transaction.ts';

/** How long ifreload and ifquery may take (ms): dhcp and slow bridges take their time. */
const RELOAD_WITHIN = 120_000;

/** Why it is not in force, and whether the network is as it was: false where even taking it back failed. */
export type NotApplied = { readonly why: string; readonly asBefore: boolean };

/** The files of the network as they are, or why they cannot be read. */
export const readNetworkFiles = (root: string): Result<NetworkFiles, string> => {
  const interfaces = readFileState(root, INTERFACES);
  const pending = readFileState(root, PENDING);
  if (!interfaces.ok) return no(problemText(interfaces.error));
  if (!pending.ok) return no(problemText(pending.error));
  return ok({ interfaces: interfaces.value, pending: pending.value });
};

/** True when both files are the same in bytes, mode and owner. */
export const sameFiles = (a: NetworkFiles, b: NetworkFiles): boolean =>
  sameState(a.interfaces, b.interfaces) && sameState(a.pending, b.pending);

/** What ifupdown2 says of the running network against its configuration: null = all as configured. */
export const complaintOf = async ({ run }: NetworkHost): Promise<string | null> => {
  const check = await run('ifquery', ['--check', '-a'], { timeout: RELOAD_WITHIN });
  return check.ok ? null : `ifquery --check: ${check.error.failure} ${check.error.stderr}`.trim();
};

const write = ({ root }: NetworkHost, { before, after }: NetworkEffect): string | null => {
  const files = [
    { path: INTERFACES, from: before.interfaces, to: after.interfaces },
    { path: PENDING, from: before.pending, to: after.pending },
  ];
  for (const { path, from, to } of files) {
    const written = replaceFile(root, path, { from, to });
    if (!written.ok) return problemText(written.error);
  }
  return null;
};

/** ifreload's own exit code says nothing: it is 0 after a write that failed (seen with 3.0.0). */
const inForce = async (host: NetworkHost, effect: NetworkEffect): Promise<string | null> => {
  const unwritten = write(host, effect);
  if (unwritten !== null) return unwritten;
  await host.run('ifreload', ['-a'], { timeout: RELOAD_WITHIN });
  return complaintOf(host);
};

const untouched = (why: string): Result<never, NotApplied> => no({ why, asBefore: true });

/** From here on the dead man takes it back, whatever becomes of this process. */
const arm = async (
  host: NetworkHost,
  { tx, before, revertAfter }: NetworkEffect,
): Promise<Result<true, string>> => {
  const atBoot = await installBootUnit(host);
  if (!atBoot.ok) return atBoot;
  layDown(host, tx, before);
  const waits = await startDeadMan(host, tx, revertAfter);
  // A timer that did start although it was not seen to finds nothing to take back, or has it already.
  if (!waits.ok && moveTx(host, tx, { from: 'armed', to: 'kept' })) clearTx(host, tx);
  return waits;
};

/**
 * Puts a new configuration in force, armed first. Drift = nothing is touched. What ifquery does not see in force afterwards is
 * taken back at once.
 */
export const applyNetwork = async (
  host: NetworkHost,
  effect: NetworkEffect,
): Promise<Result<true, NotApplied>> => {
  const now = readNetworkFiles(host.root);
  if (!now.ok) return untouched(now.error);
  if (!sameFiles(now.value, effect.before)) return untouched(`${INTERFACES}: differs`);
  const armed = await arm(host, effect);
  if (!armed.ok) return untouched(armed.error);
  const why = await inForce(host, effect);
  if (why === null) return ok(true);
  const restored = await restoreNow(host, effect.tx);
  return no({ why: restored.ok ? why : `${why}; ${restored.error}`, asBefore: restored.ok });
};
