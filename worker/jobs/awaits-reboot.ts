import { endedSince } from '#db/journal/execution';
import { planOf } from '#db/journal/plans';
import type { Probe } from '#policies/probe';
import { targetKey } from '#policies/target';
import type { Draft } from '../actions/action.ts';
import { bootIdOf } from '../recipes/facts.ts';
import type { Wish, Worker } from './worker.ts';

type Cmdline = Extract<Probe, { probe: 'cmdline' }>;

/** What changes since the last start of this host want its kernel's command line to be, oldest first. */
const wanted = ({ journal, around }: Worker, { target }: Wish, since: number): readonly Cmdline[] => {
  const boot = bootIdOf(around.host.root);
  return endedSince(journal, targetKey(target), since)
    .toReversed()
    .filter(({ outcome }) => outcome?.end === 'succeeded')
    .flatMap(({ change }) => planOf(journal, change)?.plan.probes ?? [])
    .filter((probe) => probe.probe === 'cmdline')
    .filter((probe) => probe.boot === boot);
};

/** All of it as one probe; of two that want a token otherwise the later one counts. Null where nothing waits. */
const together = (probes: readonly Cmdline[]): Cmdline | null => {
  const tokens = new Map<string, boolean>();
  for (const { has, lacks } of probes) {
    for (const token of has) tokens.set(token, true);
    for (const token of lacks) tokens.set(token, false);
  }
  const [first] = probes;
  if (!first) return null;
  const those = (is: boolean): string[] =>
    [...tokens].filter(([, want]) => want === is).map(([token]) => token);
  return { probe: 'cmdline', has: those(true), lacks: those(false), boot: first.boot };
};

/**
 * A reboot of this host with what was to count from then on: that the kernel was started with it is seen before the reboot
 * counts as done. Of another node nobody here can tell.
 */
export const withAwaited = (worker: Worker, wish: Wish, draft: Draft): Draft => {
  const { target } = wish;
  const booted = draft.probes.find((probe) => probe.probe === 'node-rebooted');
  if (!booted || target.kind !== 'node' || target.node !== worker.guard.here.node) return draft;
  const awaited = together(wanted(worker, wish, booted.upBefore));
  return awaited === null ? draft : { ...draft, probes: [...draft.probes, awaited] };
};
