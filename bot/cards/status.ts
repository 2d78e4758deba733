import type { Inventory, Known } from '#policies/inventory';
import { type Health, nodesHealth, quorumHealth, storagesHealth, worstOf } from '#policies/site-health';
import type { Card, Line, Tone } from '../chat/card.ts';
import { staleBackups } from './backup-age.ts';
import { type Owed, owedLines } from './glass.ts';
import { bytes, ICONS, page, percent } from './look.ts';
import { type Key, listed, outside, type Words, when } from './words.ts';

type Part = { readonly line: Line | null; readonly health: Health };

const TONES: { readonly [H in Health]: Tone } = {
  healthy: 'good',
  degraded: 'waiting',
  down: 'bad',
  unknown: 'unknown',
};

/** Says that something is not known, and why: empty because forbidden is never shown as none. */
export const unknownLine = (
  words: Words,
  what: Key,
  why: Exclude<Known<never>, { known: true }>['why'],
): Line => words.say('status.unknown', { what: words.say(what), why: words.say(`why.${why}`) });

const part = <T>(words: Words, what: Key, known: Known<T>, draw: (value: T) => Part): Part =>
  known.known ? draw(known.value) : { line: unknownLine(words, what, known.why), health: 'unknown' };

const quorum = (words: Words, { quorum }: Inventory): Part =>
  part(words, 'what.quorum', quorum, (found) => {
    const { standalone, quorate, nodes, online } = found;
    const health = quorumHealth(found);
    if (standalone) return { line: words.say('status.standalone'), health };
    return { line: words.say(quorate ? 'status.quorate' : 'status.not-quorate', { online, nodes }), health };
  });

const nodes = (words: Words, { nodes }: Inventory): Part =>
  part(words, 'what.nodes', nodes, (rows) => {
    const down = rows.filter((row) => !row.online).map((row): Line => [outside(row.node)]);
    const counted = words.say('status.nodes', {
      online: rows.length - down.length,
      of: rows.length,
      nodes: rows.length,
    });
    const health = nodesHealth(rows);
    if (down.length === 0) return { line: counted, health };
    return {
      line: listed([counted, words.say('status.nodes-down', { names: listed(down) })], ' · '),
      health,
    };
  });

const guests = (words: Words, { guests }: Inventory): Part =>
  part(words, 'what.guests', guests, (rows) => {
    const counts = { running: 0, paused: 0, stopped: 0, unknown: 0 };
    for (const { template, status } of rows) if (!template) counts[status] += 1;
    const { running, paused, stopped, unknown } = counts;
    const said = words.say('status.guests', { running: running + paused, stopped });
    return unknown === 0
      ? { line: said, health: 'healthy' }
      : { line: listed([said, words.say('status.guests-unknown', { count: unknown })]), health: 'degraded' };
  });

/** The sum, or null where one of them is not known: a part of a sum would pass for the whole. */
const sum = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>(
    (total, value) => (total === null || value === null ? null : total + value),
    0,
  );

const load = (words: Words, { nodes }: Inventory): Part => {
  if (!nodes.known) return { line: null, health: 'healthy' };
  const online = nodes.value.filter((row) => row.online);
  if (online.length === 0) return { line: null, health: 'healthy' };
  const unknown = words.say('status.not-known');
  const cpu = sum(online.map((row) => row.cpu));
  const [used, most] = [sum(online.map((row) => row.memory)), sum(online.map((row) => row.maxMemory))];
  const line = words.say('status.load', {
    cpu: cpu === null ? unknown : percent(cpu / online.length),
    memory: used === null || most === null ? unknown : `${bytes(used)} / ${bytes(most)}`,
  });
  return { line, health: 'healthy' };
};

const storages = (words: Words, { storages }: Inventory): Part =>
  part(words, 'what.storages', storages, (rows) => {
    const shares = rows.flatMap((row) =>
      row.used !== null && row.total ? [{ row, share: row.used / row.total }] : [],
    );
    const name = (row: (typeof rows)[number]): string =>
      row.shared ? row.storage : `${row.storage} (${row.node})`;
    const fullest = shares.sort((a, b) => b.share - a.share).slice(0, 3);
    const sizes = fullest.map(
      ({ row, share }): Line => [outside(name(row)), { span: 'text', text: ` ${percent(share)}` }],
    );
    const inactive = rows.filter((row) => !row.active).map((row): Line => [outside(name(row))]);
    const unsized = rows.filter((row) => row.active && (row.used === null || row.total === null)).length;
    const list = [
      ...sizes,
      ...(inactive.length > 0 ? [words.say('status.storage-inactive', { list: listed(inactive) })] : []),
      ...(unsized > 0 ? [words.say('status.storage-unknown', { count: unsized })] : []),
    ];
    const line = list.length === 0 ? null : words.say('status.storage', { list: listed(list) });
    return { line, health: storagesHealth(rows) };
  });

const backups = (words: Words, { guests, backups }: Inventory, late: number): Part => {
  if (!guests.known) return { line: null, health: 'healthy' };
  return part(words, 'what.backups', backups, () =>
    late === 0
      ? { line: null, health: 'healthy' }
      : { line: words.say('status.backups-old', { count: late }), health: 'degraded' },
  );
};

/** What is the same until the next look at the site, as it was drawn in a language, and the last whole card of it. */
type Drawn = { readonly parts: readonly Part[]; last: { readonly of: string; readonly card: Card } | null };
const drawn = new WeakMap<Inventory, Map<Words, Drawn>>();

/** For whoever may not look at the host, one word of how it is stands for all of it. */
const partsOf = (words: Words, inventory: Inventory, health: Health | null): readonly Part[] => {
  const draws = health === null ? [quorum, nodes, guests, load, storages] : [guests];
  const host: readonly Part[] = health === null ? [] : [{ line: null, health }];
  return [...host, ...draws.map((draw) => draw(words, inventory))];
};

const drawnOf = (words: Words, inventory: Inventory, health: Health | null): Drawn => {
  const inLanguages = drawn.get(inventory) ?? new Map<Words, Drawn>();
  const kept = inLanguages.get(words);
  if (kept) return kept;
  const fresh = { parts: partsOf(words, inventory, health), last: null };
  drawn.set(inventory, inLanguages.set(words, fresh));
  return fresh;
};

/** A stop that somebody called; `until` in ms. */
type Frozen = { readonly by: string; readonly reason: string; readonly until: number };

/**
 * What of Quorate's own matters to a site: `now` in ms, how many changes are not at an end, what stops them, whether no rules could
 * ever be read, which reviews are owed, how careful it is run, and the `health` of the host for whoever may not look at it (policies/seen-by).
 */
type Own = {
  readonly now: number;
  readonly open: number;
  readonly frozen: readonly Frozen[];
  /** How careful the site is run, where that is anything but standard. */
  readonly mode: Line | null;
  readonly builtIn: boolean;
  readonly owed: readonly Owed[];
  /** Chat platforms that hear nobody, for whoever may be told. */
  readonly down: readonly Line[];
  readonly health: Health | null;
};

const draw = (
  words: Words,
  inventory: Inventory,
  parts: readonly Part[],
  { open, frozen, mode, builtIn, owed, down }: Own,
): Card => {
  const health = worstOf(parts.map((part) => part.health));
  const tone = TONES[health];
  const lead = words.say('status.lead', {
    icon: ICONS[tone],
    site: outside(inventory.site),
    health: words.say(`health.${health}`),
  });
  const changes = words.say('status.open', { count: open });
  const asOf = words.say('status.as-of', { when: when(inventory.at) });
  const simulated = inventory.simulated ? [words.say('status.simulated')] : [];
  const stopped = frozen.map(({ by, reason, until }) =>
    words.say('status.frozen', { by: outside(by), reason: outside(reason), when: when(until) }),
  );
  return page(tone, lead, [
    ...simulated,
    ...(builtIn ? [words.say('status.built-in')] : []),
    ...(mode && !builtIn ? [mode] : []),
    ...stopped,
    ...owedLines(words, owed),
    ...down,
    ...parts.flatMap(({ line }) => (line ? [line] : [])),
    changes,
    asOf,
  ]);
};

/** One site at a glance. Asked again before anything moved, it is the same card. */
export const statusCard = (words: Words, inventory: Inventory, own: Own): Card => {
  const kept = drawnOf(words, inventory, own.health);
  const late = staleBackups(inventory, own.now).length;
  const of = JSON.stringify([own.open, own.frozen, own.builtIn, own.owed, own.mode, own.down, late]);
  if (kept.last?.of === of) return kept.last.card;
  const card = draw(words, inventory, [...kept.parts, backups(words, inventory, late)], own);
  kept.last = { of, card };
  return card;
};
