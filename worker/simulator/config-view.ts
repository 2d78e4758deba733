import { digestOf } from './conf.ts';
import { withPending } from './guest.ts';
import { parameterSchema, schemaOf } from './parameters.ts';
import type { Conf, Guest, GuestType } from './world.ts';

const NUMERIC = new Set(['integer', 'boolean', 'number']);

/** Numbers come back as numbers where the schema of PUT config says so; a VM's memory is text there. */
const typed = (type: GuestType, key: string, value: string): string | number => {
  const schema = parameterSchema(schemaOf(`PUT /nodes/{node}/${type}/{vmid}/config`), key);
  const numeric = key === 'snaptime' || key === 'template' || NUMERIC.has(schema?.type ?? '');
  if (numeric && value !== '' && Number.isFinite(Number(value))) return Number(value);
  return key === 'description' && type === 'lxc' ? `${value.replace(/\n$/, '')}\n` : value;
};

/** A configuration as JSON, values typed. */
export const typedConf = (type: GuestType, conf: Conf): Record<string, string | number> =>
  Object.fromEntries(Object.entries(conf).map(([key, value]) => [key, typed(type, key, value)]));

/** GET config: the pending values, or those in force with `current=1`. */
export const configView = (guest: Guest, current: boolean) => ({
  ...typedConf(guest.type, {
    ...(current ? guest.conf : withPending(guest)),
    ...(latestSnapshot(guest) === undefined ? {} : { parent: latestSnapshot(guest) ?? '' }),
  }),
  digest: digestOf(guest),
});

/** The name in the `parent` key of the configuration. */
export const latestSnapshot = (guest: Guest): string | undefined => guest.conf.parent;

const pendingRow = (guest: Guest, key: string) => {
  const row: Record<string, string | number> = { key };
  const live = guest.conf[key];
  const wanted = guest.pending[key];
  if (live !== undefined) row.value = typed(guest.type, key, live);
  if (wanted === null) row.delete = 1;
  else if (wanted !== undefined) row.pending = typed(guest.type, key, wanted);
  return row;
};

/** GET pending: one row per key, `digest` among them. */
export const pendingView = (guest: Guest) => [
  ...[...new Set([...Object.keys(guest.conf), ...Object.keys(guest.pending)])].map((key) =>
    pendingRow(guest, key),
  ),
  { key: 'digest', value: digestOf(guest) },
];
