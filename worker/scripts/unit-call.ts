import type { Recorded } from '../sandbox/record.ts';

/** What a call wants of its units, beside files. */
export type Wanted =
  | 'start'
  | 'stop'
  | 'restart'
  | 'try-restart'
  | 'reload'
  | 'reload-or-restart'
  | 'try-reload-or-restart'
  | 'daemon-reload';

/** What systemctl is called with, and what that comes to; systemctl(1). */
const CALLS: { readonly [call: string]: Wanted } = {
  start: 'start',
  stop: 'stop',
  'enable --now': 'start',
  'disable --now': 'stop',
  restart: 'restart',
  'try-restart': 'try-restart',
  reload: 'reload',
  'reload-or-restart': 'reload-or-restart',
  'try-reload-or-restart': 'try-reload-or-restart',
  'daemon-reload': 'daemon-reload',
};

/** systemctl(1): a name without one of these is a service's. */
const TYPES = /\.(service|socket|target|timer|path|mount|automount|swap|slice|scope|device)$/;

const whole = (name: string): string => (TYPES.test(name) ? name : `${name}.service`);

const isQuiet = (arg: string): boolean => arg === '-q' || arg === '--quiet';

const namesIn = (args: readonly string[]): readonly string[] =>
  args.filter((arg) => !arg.startsWith('-')).slice(1);

/** The units that a call names, whatever it asks for: `service NAME start` as well. */
export const unitsNamed = ({ program, args }: Recorded): readonly string[] => {
  if (program === 'systemctl') return namesIn(args).map(whole);
  return ['service', 'invoke-rc.d', 'rc-service'].includes(program)
    ? args
        .filter((arg) => !arg.startsWith('-'))
        .slice(0, 1)
        .map(whole)
    : [];
};

/** What a call wants of which units. */
export type UnitCall = { readonly wants: Wanted; readonly units: readonly string[] };

/** What a call wants of the units it names; undefined where it is another, or of units by a pattern. */
export const unitCall = (record: Recorded): UnitCall | undefined => {
  const { program, args, met } = record;
  const [verb = ''] = args.filter((arg) => !arg.startsWith('-'));
  const options = args.filter((arg) => arg.startsWith('-') && !isQuiet(arg));
  const call = [verb, ...options].join(' ');
  const wants = program === 'systemctl' && Object.hasOwn(CALLS, call) ? CALLS[call] : undefined;
  const units = unitsNamed(record);
  const isPlain = units.every((unit) => /^[A-Za-z0-9@:._-]+$/.test(unit));
  const isWhole = (units.length === 0) === (wants === 'daemon-reload');
  return met === 'denied' || wants === undefined || !isPlain || !isWhole ? undefined : { wants, units };
};
