import type { ScriptLabel } from '#policies/script-label';
import { COMMAND_LABELS } from './command-labels.ts';
import type { Invocation, Text } from './invocation.ts';
import { readScript } from './invocations.ts';
import { WRITTEN } from './path-labels.ts';

/** A label, and the lines of the script that it was read off. */
export type LabelSeen = { readonly label: ScriptLabel; readonly lines: readonly number[] };

/** Programs that run a text as a program, by their words or from their input. */
const INTERPRETERS =
  'bash sh dash ash zsh ksh source . eval python python3 perl ruby node php awk gawk mawk lua'.split(' ');
const FETCHERS = ['curl', 'wget', 'aria2c', 'nc', 'ncat', 'socat', 'ftp', 'openssl'];

/** Where keys, passwords and what opens other machines lie. */
const SECRETS =
  /^(\/etc\/(shadow|gshadow)|\/etc\/pve\/(priv|authkey|local\/pve-ssl\.key)|\/root\/\.ssh\/(id_|authorized)|\/etc\/ssh\/ssh_host_)/;

/** Block devices and whole disks; not what is always there to write to. */
const DEVICE = /^\/dev\/(?!null$|zero$|stdout$|stderr$|tty|fd\/|pts\/|shm\/)/;

/** Trees that a system does not come back from. */
const TREES = /^(\/|\/(bin|boot|etc|home|lib|opt|root|sbin|srv|usr|var)(\/[^/]+)?\/?\*?|~|\$HOME)$/;

const isAny =
  (names: readonly string[]) =>
  ({ name }: Pick<Invocation, 'name'>): boolean =>
    name !== null && names.includes(name);

const isInterpreter = isAny(INTERPRETERS);
const isFetcher = isAny(FETCHERS);

const some = (texts: readonly Text[], pattern: RegExp): boolean =>
  texts.some((text) => text !== null && pattern.test(text));

/** A program whose text comes out of other commands: through a pipe with nothing else to run, or inside its words. */
const fed = ({ name, args, upstream, within }: Invocation): readonly Invocation[] => {
  const readsPipe = args.every((arg) => arg !== null && arg.startsWith('-') && arg !== '-c' && arg !== '-e');
  return [...(readsPipe && name !== 'eval' ? upstream : []), ...within];
};

/** The files that a command writes, as far as its words name them. */
const written = ({ writes, args, name }: Invocation): readonly Text[] => [
  ...writes,
  ...(name === 'dd' ? args.flatMap((arg) => (arg?.startsWith('of=') ? [arg.slice(3)] : [])) : []),
  ...(name === 'tee' ? args : []),
  ...(isAny(['cp', 'mv', 'install', 'ln'])({ name }) ? args.slice(-1) : []),
  ...(name === 'sed' && args.some((arg) => arg?.startsWith('-i')) ? args.slice(-1) : []),
];

type Rule = { readonly label: ScriptLabel; readonly when: (one: Invocation) => boolean };

const RULES: readonly Rule[] = [
  { label: 'runs-fetched-code', when: (one) => isInterpreter(one) && fed(one).some(isFetcher) },
  {
    label: 'runs-made-up-code',
    when: (one) =>
      one.name === null ||
      (isAny(['eval', 'source', '.'])(one) && one.args.includes(null)) ||
      (isInterpreter(one) &&
        fed(one).some(isAny(['base64', 'xxd', 'gunzip', 'zcat', 'tr', 'printf', 'echo']))),
  },
  {
    label: 'wipes-disk',
    when: (one) => some(written(one), DEVICE) || (one.name?.startsWith('mkfs') ?? false),
  },
  {
    label: 'deletes-tree',
    when: ({ name, args }) =>
      name === 'rm' &&
      some(args, /^(-[a-zA-Z]*[rR]|--recursive$)/) &&
      (some(args, TREES) || args.includes(null)),
  },
  { label: 'deletes-tree', when: ({ name, args }) => name === 'find' && args.includes('-delete') },
  { label: 'reads-secrets', when: ({ args }) => some(args, SECRETS) },
  {
    label: 'access',
    when: ({ name, args }) => name === 'chmod' && some(args, /^(0?[2467]\d{3}|.*\+.*s.*|0?777)$/),
  },
  ...WRITTEN.map(({ label, path }): Rule => ({ label, when: (one) => some(written(one), path) })),
  { label: 'kernel', when: (one) => some(written(one), /^(\/proc\/sys|\/sys|\/proc\/sysrq-trigger)/) },
  { label: 'goes-on-in-background', when: ({ background }) => background },
];

const labelsOf = (one: Invocation): readonly ScriptLabel[] => [
  ...COMMAND_LABELS.filter(
    ({ names, words }) =>
      isAny(names)(one) && (words === undefined || words.some((word) => one.args.includes(word))),
  ).map(({ label }) => label),
  ...RULES.filter(({ when }) => when(one)).map(({ label }) => label),
];

/** Every label of a script's text, each with its lines. A place that cannot be read as shell is a label too. */
export const scriptLabels = (source: string): readonly LabelSeen[] => {
  const { invocations, unreadable } = readScript(source);
  const lines = new Map<ScriptLabel, Set<number>>();
  const see = (label: ScriptLabel, line: number): unknown =>
    lines.set(label, (lines.get(label) ?? new Set()).add(line));
  for (const { line } of unreadable) see('unreadable', line);
  for (const one of invocations) for (const label of labelsOf(one)) see(label, one.line);
  return [...lines].map(([label, seen]) => ({ label, lines: [...seen].sort((a, b) => a - b) }));
};
