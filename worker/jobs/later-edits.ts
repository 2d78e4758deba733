import type { Check } from '#policies/check';
import { type FileState, isFileEffect } from '#policies/effect';
import type { Plan } from '#policies/plan';
import type { Probe } from '#policies/probe';
import { readFileState, sameState } from '../changeset/read-file.ts';
import { undoneProbes } from './undone-probes.ts';
import type { Worker } from './worker.ts';

/** What will be so by the time a change is taken back, because newer ones go before it: files by path, other things by what they are. */
export type Ahead = {
  readonly files: ReadonlyMap<string, FileState | null>;
  readonly probes: ReadonlyMap<string, Probe>;
};

/** Nothing is taken back before it. */
export const NOTHING_AHEAD: Ahead = { files: new Map(), probes: new Map() };

/** What a probe says should be so, beside what it is about. */
const WANTED = ['want', 'sha256', 'version'];

/** What a probe is about; null where it names no one thing that is either so or not. */
export const subjectOf = (probe: Probe): string | null =>
  WANTED.some((name) => name in probe)
    ? JSON.stringify(Object.entries(probe).filter(([name]) => !WANTED.includes(name)))
    : null;

/** What will be so once this plan, too, was taken back. */
export const aheadOf = (plan: Plan, ahead: Ahead): Ahead => {
  const files = plan.effects.toReversed().filter(isFileEffect);
  const probes = undoneProbes(plan, [...plan.effects.keys()]);
  return {
    files: new Map([...ahead.files, ...files.map(({ path, before }) => [path, before] as const)]),
    probes: new Map([
      ...ahead.probes,
      ...probes.flatMap((probe) => {
        const subject = subjectOf(probe);
        return subject === null ? [] : [[subject, probe] as const];
      }),
    ]),
  };
};

/** Files as a plan left them; where it wrote one twice, the last counts. */
const leftFiles = ({ effects }: Plan): ReadonlyMap<string, FileState | null> =>
  new Map(effects.filter(isFileEffect).map(({ path, after }) => [path, after]));

const editedFiles = ({ around }: Worker, plan: Plan, { files }: Ahead): Check[] =>
  [...leftFiles(plan)].flatMap(([path, left]): Check[] => {
    const planned = files.get(path);
    const now = readFileState(around.host.root, path);
    const state = planned === undefined && now.ok ? now.value : planned;
    if (state !== undefined && sameState(state, left)) return [];
    return [{ check: 'later-edit', state: 'stop', facts: { path } }];
  });

/** A result that newer changes will have brought by then, and not the one that this change was seen to have. */
const brokenAhead = (probes: readonly Probe[], ahead: Ahead): Check[] =>
  probes.flatMap((probe): Check[] => {
    const then = ahead.probes.get(subjectOf(probe) ?? '');
    if (!then || JSON.stringify(then) === JSON.stringify(probe)) return [];
    return [{ check: 'later-edit', state: 'stop', facts: { probe: probe.probe } }];
  });

/**
 * What was edited after a change and before it is taken back: files that are not as it left them, and results that are no longer
 * there. Looked at now, but for what is taken back `ahead` of it.
 */
export const laterEdits = async (worker: Worker, plan: Plan, ahead: Ahead): Promise<Check[]> => {
  const files = editedFiles(worker, plan, ahead);
  if (files.length > 0) return files;
  const isAhead = (probe: Probe): boolean => ahead.probes.has(subjectOf(probe) ?? '');
  const broken = brokenAhead(plan.probes, ahead);
  const open = plan.probes.filter((probe) => !isAhead(probe));
  const seen = await worker.eyes.see(plan, open, 0);
  return [
    ...broken,
    ...seen
      .filter((one) => !one.ok)
      .map(
        ({ probe, saw }): Check => ({
          check: 'later-edit',
          state: 'stop',
          facts: { probe: probe.probe, saw },
        }),
      ),
  ];
};
