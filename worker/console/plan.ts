import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { shownPath, shownText } from '../changeset/shown-text.ts';
import { knownRefused } from '../sandbox/known-mounts.ts';
import type { Stopped } from '../sandbox/limits/limits.ts';
import { sweepStore } from '../sandbox/store.ts';
import { askHost } from '../scripts/ask-host.ts';
import { type LabelSeen, scriptLabels } from '../scripts/labels.ts';
import { type Places, placesIn } from '../scripts/places.ts';
import { type NoScriptPlan, planScript } from '../scripts/plan-script.ts';
import { type Drawing, drawn } from './drawn.ts';
import { planDigest, type SavedPlan, savePlan } from './plan-file.ts';
import { planJson } from './plan-json.ts';
import type { Terminal } from './terminal.ts';

export const USAGE = 'quorate plan [--json] [--save FILE] [--root DIR] [--state DIR] -- COMMAND [ARG...]';

/** Where the console keeps its own. */
export const STATE = '/var/lib/quorate/console';

const OPTIONS = {
  json: { type: 'boolean', default: false },
  save: { type: 'string' },
  root: { type: 'string', default: '/' },
  state: { type: 'string', default: STATE },
} as const;

/** Exit codes: 0 planned, 1 cannot be planned, 2 wrong usage, 3 planned, and the command itself failed. */
export const CODES = { planned: 0, no: 1, usage: 2, failed: 3 } as const;

/** What ended a rehearsal and is not that it used too much of what the word says. */
const STOPPED: { readonly [By in Stopped]?: string } = {
  'disk-full': 'the disk that rehearsals are kept on is full',
  mounts: 'a mount that it changed something on is gone from this host',
  cancelled: 'it was cancelled',
};

/** Why there is no plan, in one line. */
export const whyNot = (why: NoScriptPlan): string => {
  if (why.plan === 'not-run') return `not run: ${why.why.replaceAll('-', ' ')} (${shownText(why.detail)})`;
  if (why.plan === 'stopped')
    return `stopped: ${STOPPED[why.by] ?? `more ${why.by} than a rehearsal may use`}`;
  const { problem, ...facts } = why.problem;
  return `no change set: ${problem.replaceAll('-', ' ')} ${shownText(JSON.stringify(facts))}`;
};

const SHELLS = /(^|\/)(ba|da|z|k)?sh$/;

/** What the words or the file of a command say that it does, where it is shell. */
const labelsOf = ([program, ...args]: readonly string[]): readonly LabelSeen[] => {
  if (program === undefined) return [];
  const script = SHELLS.test(program) ? args : [program];
  const inline = script.indexOf('-c');
  if (inline >= 0) return scriptLabels(script[inline + 1] ?? '');
  const file = script.find((arg) => !arg.startsWith('-'));
  if (file === undefined || !existsSync(file) || !file.includes('/')) return [];
  const text = readFileSync(file, 'utf8');
  return SHELLS.test(program) || /^#!.*sh\b/.test(text) ? scriptLabels(text) : [];
};

type Wanted = {
  readonly argv: readonly [string, ...string[]];
  readonly root: string;
  readonly places: Places;
  readonly state: string;
};

const make = async ({ argv, root, places, state }: Wanted): ReturnType<typeof planScript> => {
  await sweepStore(places.rehearsals);
  // A command is meant where it was typed; another root has no such folder.
  return planScript(
    { argv, cwd: root === '/' ? process.cwd() : '/' },
    {
      root,
      store: places.rehearsals,
      refusedMounts: await knownRefused(root, places.rehearsals),
      hide: root === '/' ? [state] : [],
      ...(root === '/' ? { ask: askHost } : {}),
    },
    places.store,
  );
};

/** Why nothing could be saved there, found before anything is rehearsed. */
const saveFault = (file: string): string | undefined => {
  if (existsSync(file)) return `${shownPath(file)} is there already`;
  return existsSync(dirname(file)) ? undefined : `there is no folder ${shownPath(dirname(file))}`;
};

const tell = async (terminal: Terminal, drawing: Drawing, json: boolean): Promise<void> => {
  const { plan } = drawing;
  if (json) return terminal.print([planJson(drawing)]);
  const said = [plan.seen.stdout, plan.seen.stderr].flatMap(({ head }) =>
    shownText(head.toString('utf8')).split('\n'),
  );
  const output = said.filter((line) => line !== '').map((line) => `| ${line}`);
  return terminal.print([...drawn(drawing), ...(output.length > 0 ? ['== It said', ...output] : [])]);
};

/**
 * `quorate plan -- COMMAND`: rehearses a command over this host and prints what it would change. The host stays as it is.
 */
export const plan = async (terminal: Terminal, args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  const [program, ...rest] = positionals;
  if (program === undefined) {
    terminal.complain(`usage: ${USAGE}`);
    return CODES.usage;
  }
  const { root, state, save, json } = values;
  const user = process.geteuid?.();
  if (user !== 0) {
    terminal.complain(whyNot({ plan: 'not-run', why: 'not-root', detail: `user ${user}` }));
    return CODES.no;
  }
  const fault = save === undefined ? undefined : saveFault(save);
  if (fault !== undefined) {
    terminal.complain(`nothing was rehearsed, for it could not be saved: ${fault}`);
    return CODES.no;
  }
  const argv = [program, ...rest] as const;
  const places = placesIn(state, root);
  const made = await make({ argv, root, places, state });
  if (!made.ok) {
    terminal.complain(whyNot(made.error));
    return CODES.no;
  }
  const { sealed, mounts, code } = made.value;
  const saved: SavedPlan = { sealed, root, mounts, command: argv };
  await tell(terminal, { argv, digest: planDigest(saved), plan: made.value, labels: labelsOf(argv) }, json);
  if (save !== undefined) savePlan(save, places.store, saved);
  return code === 0 ? CODES.planned : CODES.failed;
};
