import type { Recorded } from '../sandbox/record.ts';

/** What leads to a unit that runs or does not, and to nothing else beside files. */
const VERBS: { readonly [call: string]: boolean } = {
  start: true,
  stop: false,
  'enable --now': true,
  'disable --now': false,
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

/** Which units a call wants to run or not; none where it wants anything else, or of units by a pattern. */
export const unitCall = (
  record: Recorded,
): readonly { readonly unit: string; readonly active: boolean }[] => {
  const { program, args, met } = record;
  const [verb = ''] = args.filter((arg) => !arg.startsWith('-'));
  const options = args.filter((arg) => arg.startsWith('-') && !isQuiet(arg));
  const call = [verb, ...options].join(' ');
  const active = program === 'systemctl' && Object.hasOwn(VERBS, call) ? VERBS[call] : undefined;
  const units = unitsNamed(record);
  if (met === 'denied' || active === undefined || !units.every((unit) => /^[A-Za-z0-9@:._-]+$/.test(unit)))
    return [];
  return units.map((unit) => ({ unit, active }));
};
