import { actsOnCopy } from './cluster.ts';
import type { EffectClass, Handling, ShimRow } from './handling.ts';
import { shimTable } from './table.ts';

/** What decides: the first argument that is no option, or the first option where there is no other. */
const wordOf = (args: readonly string[]): string | undefined =>
  args.find((each) => !each.startsWith('-')) ?? args[0];

const names = (list: readonly string[] | undefined, args: readonly string[]): boolean => {
  const words = args.filter((each) => !each.startsWith('-')).join(' ');
  const word = wordOf(args);
  return (list ?? []).some(
    (each) => each === word || (each.includes(' ') && (words === each || words.startsWith(`${each} `))),
  );
};

/** `enable --now` enables inside and starts nothing; that it would have started something is on record. */
const fileArgs = (row: ShimRow, args: readonly string[]): Handling => ({
  does: args.includes('--now') ? 'files-only' : 'files',
  args: [...(row.filesArgs ?? []), ...args.filter((each) => each !== '--now')],
});

const bareHandling: Record<NonNullable<ShimRow['bare']>, Handling> = {
  ask: { does: 'ask' },
  inside: { does: 'inside' },
  record: { does: 'record', known: true },
  dialog: { does: 'dialog' },
};

/** Lists in the order in which they are looked through: what is refused first, what is longest to say before its start. */
const byRow = (row: ShimRow, args: readonly string[]): Handling => {
  if (names(row.deny, args)) return { does: 'deny' };
  if (names(row.files, args)) return fileArgs(row, args);
  if (names(row.ask, args)) return { does: 'ask' };
  if (names(row.inside, args)) return { does: 'inside' };
  if (names(row.record, args)) return { does: 'record', known: true };
  if (row.bare && (row.bare !== 'ask' || wordOf(args) === undefined)) return bareHandling[row.bare];
  return { does: 'record', known: false };
};

const isIpRead = (args: readonly string[]): boolean => {
  const [, verb = 'show'] = args.filter((each) => !each.startsWith('-'));
  return ['show', 'list', 'ls', 'lst', 'get', 's', 'sh', 'l', 'help'].includes(verb);
};

/** sysctl writes with `=`, -w, -p and --system, and reads otherwise, which /proc/sys allows inside. */
const isSysctlWrite = (args: readonly string[]): boolean =>
  args.some(
    (each) => each.includes('=') || /^-[a-zA-Z]*[wpf]/.test(each) || /^--(write|load|system)/.test(each),
  );

/** Programs whose words do not say whether they read. */
const special: Readonly<Record<string, (args: readonly string[]) => Handling | undefined>> = {
  ip: (args) => (isIpRead(args) ? { does: 'ask' } : { does: 'record', known: true }),
  bridge: (args) => (isIpRead(args) ? { does: 'ask' } : { does: 'record', known: true }),
  sysctl: (args) => (isSysctlWrite(args) ? { does: 'record', known: true } : { does: 'inside' }),
  // These say what the files say, and `--root` lets the real one do so.
  systemctl: (args) =>
    ['is-enabled', 'cat', 'list-unit-files', 'get-default'].includes(wordOf(args) ?? '')
      ? { does: 'files', args: ['--root=/', ...args] }
      : undefined,
  mount: (args) => (args.length === 0 ? { does: 'inside' } : { does: 'deny' }),
  umount: () => ({ does: 'deny' }),
  losetup: () => ({ does: 'deny' }),
};

/** Makers of file systems and the like, which the row lets run on files. */
const onDevice = (row: ShimRow, args: readonly string[]): boolean =>
  row.bare === 'inside' && args.some((each) => each.startsWith('/dev/'));

/**
 * What becomes of this call, and what it would have acted on. A program that is in no row is recorded, flagged. `hasCopy`: the
 * cluster's configuration is a copy that may be changed.
 */
export const decideCall = (
  program: string,
  args: readonly string[],
  hasCopy = false,
): { readonly effect: EffectClass; readonly handling: Handling } => {
  const row = shimTable.find(({ programs }) => programs.includes(program));
  if (!row) return { effect: 'unit', handling: { does: 'record', known: false } };
  if (hasCopy && actsOnCopy(program, args)) return { effect: row.effect, handling: { does: 'inside' } };
  if (onDevice(row, args)) return { effect: row.effect, handling: { does: 'deny' } };
  return { effect: row.effect, handling: special[program]?.(args) ?? byRow(row, args) };
};
