import { isUtf8 } from 'node:buffer';
import type { ActionArgs } from '#policies/actions';
import type { Rehearsed, UnitJob } from '#policies/change-set';
import type { Check } from '#policies/check';
import type { ChangeId, NodeName } from '#policies/ids';
import { no, ok, type Result } from '#policies/result';
import { higherRisk } from '#policies/risk';
import { riskOfLabels, type ScriptLabel } from '#policies/script-label';
import { acceptedIn, answersIn, type ScriptAnswer, type Shortfall } from '#policies/script-request';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import { shownPath, shownText } from '../changeset/shown-text.ts';
import type { Part } from '../recipes/part.ts';
import type { Recorded } from '../sandbox/record.ts';
import { type RehearsalOptions, SCRIPTS, type Script } from '../sandbox/script.ts';
import { sweepStore } from '../sandbox/store.ts';
import { findScript, type Script as Listed } from './catalogue.ts';
import { hostSteps } from './host-steps.ts';
import { interrupted } from './interrupted.ts';
import { type LabelSeen, scriptLabels } from './labels.ts';
import { pathLabels } from './path-labels.ts';
import { planScript, type ScriptPlan } from './plan-script.ts';
import { notFound, notPlanned } from './refused.ts';
import { scriptBasis, setBasis } from './script-basis.ts';
import type { ScriptHost } from './script-host.ts';
import { setEffect } from './set-effect.ts';
import { isLeftOut, type Short, shortOf, unansweredDialogs } from './short-of.ts';

/** A rehearsal in chat must come to its plan while people wait for it (ms); the change itself is given up after two minutes. */
const TIME = 100_000;

/** Most that a plan shows, as JSON (UTF-16 units): more than anybody reads, and well below what a message takes. */
const LARGEST = 1024 * 1024;

/** What is asked for. */
export type ScriptWish = {
  readonly node: NodeName;
  readonly change: ChangeId;
  readonly args: ActionArgs<'host.script'>;
};

/** A text that does not say by what it is run is shell, as execvp(3) has it. */
const asRun = ({ name, bytes, args }: Listed, answers: readonly ScriptAnswer[]): Script => {
  const path = `${SCRIPTS}/${name}`;
  const own = bytes.subarray(0, 2).toString('latin1') === '#!';
  return { argv: own ? [path, ...args] : ['/bin/sh', path, ...args], file: { name, bytes }, answers };
};

const textOf = ({ bytes }: Listed): string | null =>
  isUtf8(bytes) && !bytes.includes(0) ? bytes.toString('utf8') : null;

/** What each kind of call comes to that was asked of the host. */
const CALLS: { readonly [E in Recorded['effect']]: ScriptLabel } = {
  unit: 'units',
  power: 'power',
  guest: 'guest',
  cluster: 'cluster',
  storage: 'storage',
  network: 'network',
  kernel: 'kernel',
  boot: 'kernel',
  clock: 'units',
  dialog: 'asks',
};

const seenLabels = ({ sealed, seen }: ScriptPlan): readonly ScriptLabel[] => [
  ...pathLabels(sealed.changes.map(({ path }) => path)),
  ...seen.records.filter(isLeftOut).map(({ effect }) => CALLS[effect]),
];

/** What its text says with the lines, and without any what only the rehearsal saw. */
const labelsOf = (text: string | null, plan: ScriptPlan): readonly LabelSeen[] => {
  const read = text === null ? [{ label: 'unreadable' as const, lines: [] }] : scriptLabels(text);
  const seen = new Set(seenLabels(plan));
  const only = [...seen].filter((label) => !read.some((one) => one.label === label));
  return [...read, ...only.map((label) => ({ label, lines: [] }))];
};

const unseenPlaces = ({ seen: { mounts, hidden } }: ScriptPlan): string[] => [
  ...mounts.flatMap((one) => ('why' in one ? [`${shownPath(one.point)}: ${one.how}, ${one.why}`] : [])),
  ...[...hidden.folders, ...hidden.files].map(shownPath),
];

type Made = {
  readonly wish: ScriptWish;
  readonly script: Listed;
  readonly plan: ScriptPlan;
  /** What it asked for beside files and other effects do. */
  readonly part: Part;
  readonly jobs: readonly UnitJob[];
  readonly short: readonly Short[];
};

const rehearsedOf = ({ wish, script, plan, short }: Made): Rehearsed => {
  const text = textOf(script);
  return {
    script: script.name,
    path: script.path,
    sha256: script.sha256,
    args: script.args.map(shownText),
    answers: wish.args.answers === undefined ? null : shownText(wish.args.answers),
    text: text === null ? null : shownText(text),
    labels: labelsOf(text, plan).map(({ label, lines }) => ({ label, lines: [...lines] })),
    code: plan.code,
    short: short.map(({ of, what }) => ({ of, what: [...what] })),
    unseen: unseenPlaces(plan),
  };
};

const checksOf = (short: readonly Short[]): Check[] =>
  short.length === 0
    ? [{ check: 'rehearsal', state: 'ok', facts: {} }]
    : short.map(({ of, what }) => ({
        check: 'rehearsal',
        state: 'warn',
        facts: { [of]: `${what.slice(0, 3).join('; ')}${what.length > 3 ? ` (+${what.length - 3})` : ''}` },
      }));

const draftOf = (made: Made): Result<Draft, WorkerRefusal> => {
  const { wish, script, plan, part, jobs, short } = made;
  const rehearsed = rehearsedOf(made);
  const effect = setEffect(plan, { tx: wish.change, rehearsed, jobs });
  if (JSON.stringify(effect).length > LARGEST)
    return no({
      no: 'script-not-carried-out',
      script: script.name,
      why: 'it changes more than can be shown',
    });
  const { digest, changes } = plan.sealed;
  const ofFiles: Pick<Draft, 'basis' | 'probes'> =
    changes.length === 0
      ? { basis: [], probes: [] }
      : { basis: [setBasis(digest, 'before')], probes: [{ probe: 'changeset', digest, want: 'after' }] };
  const risk = riskOfLabels(rehearsed.labels.map(({ label }) => label));
  return ok({
    node: wish.node,
    name: wish.node,
    basis: [scriptBasis(script.name, script.sha256), ...ofFiles.basis, ...part.basis],
    effects: [effect, ...part.effects],
    probes: [...ofFiles.probes, ...part.probes],
    checks: checksOf(short),
    blast: [...interrupted(wish.node, jobs)],
    risk: short.length === 0 ? risk : higherRisk(risk, 'high'),
    undo: { possible: true },
  });
};

const isAccepted = (accepted: readonly Shortfall[], { of }: Short): boolean => accepted.includes(of);

const judged = (made: Made, accepted: readonly Shortfall[]): Result<Draft, WorkerRefusal> => {
  const open = made.short.filter((short) => !isAccepted(accepted, short));
  if (open.length > 0) {
    const short = open.map(({ of, what }) => ({ of, what: [...what] }));
    return no({ no: 'script-falls-short', script: made.script.name, short });
  }
  return made.plan.sealed.changes.length + made.part.effects.length === 0
    ? no({ no: 'nothing-to-do' })
    : draftOf(made);
};

const optionsOf = async (host: ScriptHost): Promise<RehearsalOptions> => {
  const { root, places, hide, ask, signal } = host;
  return {
    root,
    store: places.rehearsals,
    hide,
    signal,
    limits: { time: TIME },
    refusedMounts: await host.refusedMounts(),
    ...(ask ? { ask } : {}),
  };
};

/**
 * Plans what a script of the node's catalogue would change: the very bytes that its sha256 pins are rehearsed, and what they
 * changed is sealed. The host is not touched. What the plan would do or show less than the script is a refusal, unless whoever
 * asks accepted it by name: then it is part of the request, and so of the hash that people agree to.
 */
export const planScriptChange = async (
  host: ScriptHost,
  wish: ScriptWish,
): Promise<Result<Draft, WorkerRefusal>> => {
  const { script: name, answers: said, accept } = wish.args;
  const found = findScript(host.catalogue, name);
  if (!found.ok) return no(notFound(name, found.error));
  const answers = said === undefined ? [] : answersIn(said);
  const { root, places } = host;
  // What workers that were killed left of their rehearsals; those of this one are known by its pid.
  await sweepStore(places.rehearsals);
  const made = await planScript(asRun(found.value, answers), await optionsOf(host), places.store);
  if (!made.ok) return no(notPlanned(name, made.error));
  const plan = made.value;
  const dialogs = unansweredDialogs(plan.seen.records, answers);
  if (dialogs.length > 0) return no({ no: 'script-asks', script: name, dialogs: [...dialogs] });
  const { part, jobs, leftOut } = await hostSteps(root, plan);
  const short = shortOf(plan, leftOut);
  return judged(
    { wish, script: found.value, plan, part, jobs, short },
    accept === undefined ? [] : acceptedIn(accept),
  );
};
