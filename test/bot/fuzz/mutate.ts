import { type Dice, pick } from '../../flow/dice.ts';

type Path = readonly string[];

/** A recorded payload and the way to every value in it. */
export type Recorded = { readonly payload: unknown; readonly paths: readonly Path[] };

const pathsOf = (value: unknown, path: Path = []): readonly Path[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]
    : [path];

export const recorded = (payload: unknown): Recorded => ({ payload, paths: pathsOf(payload) });

const nested = (depth: number): unknown =>
  depth === 0 ? null : { [depth % 2 ? 'user' : '0']: nested(depth - 1) };

/** What stands nowhere, what stands elsewhere, and what breaks those who trust it. All of it is JSON. */
const JUNK: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  2 ** 53,
  -(2 ** 60),
  1e308,
  '',
  '0',
  ' ',
  [],
  {},
  [null],
  [[], {}],
  { id: null },
  { length: -1 },
  { length: { valueOf: 1, toString: 1 } },
  nested(200),
  '\u0000\u001b[31m\u202e',
  '\ud800',
  '\u{1f600}'.repeat(40),
  'x'.repeat(5_000),
  '9'.repeat(400),
  '__proto__',
  'constructor',
  'toString',
  '/approve 1',
  'approve 1',
  '<@U0BOT> approve 12',
  '-100/7/8',
  '../..',
  'NaN',
];

const KEYS = [
  '__proto__',
  'constructor',
  'toJSON',
  'hasOwnProperty',
  'user',
  'from',
  'member',
  'bot_id',
  'sender_chat',
];

/** The value at a place. */
const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (now, key) =>
      typeof now === 'object' && now !== null ? Object.getOwnPropertyDescriptor(now, key)?.value : undefined,
    value,
  );

/** A copy in which something else stands at a place; undefined takes it out. Own keys only, `__proto__` among them. */
const put = (value: unknown, [key, ...rest]: Path, to: unknown): unknown => {
  if (key === undefined) return to;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const list: readonly unknown[] = value;
    return list.flatMap((one, index) => (String(index) === key ? [put(one, rest, to)] : [one]));
  }
  const fields = new Map(Object.entries(value));
  const next = put(fields.get(key), rest, to);
  if (next === undefined) fields.delete(key);
  else fields.set(key, next);
  return Object.fromEntries(fields);
};

/** One that is no text of itself is what JSON makes of it: String throws where a mutation put a `toString` that is none. */
const asText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');

type Change = (
  random: Dice,
  payload: unknown,
  way: { readonly path: Path; readonly others: readonly unknown[]; readonly paths: readonly Path[] },
) => unknown;

const CHANGES: readonly Change[] = [
  (random, payload, { path }) => put(payload, path, pick(random, JUNK)),
  (_, payload, { path }) => put(payload, path, undefined),
  (random, payload, { path, others }) => put(payload, path, pick(random, others)),
  (random, payload, { path, paths }) => put(payload, path, at(payload, pick(random, paths))),
  (_, payload, { path }) => put(payload, path, [at(payload, path)]),
  (_, payload, { path }) => put(payload, path, { id: at(payload, path), value: at(payload, path) }),
  (_, payload, { path }) => put(payload, path, asText(at(payload, path))),
  (random, payload, { path, others }) =>
    put(
      payload,
      [...path, pick(random, KEYS)],
      pick(random, [...JUNK, ...others, ...others.map((id) => ({ id }))]),
    ),
];

/** One recorded payload with one to three changes in it; `others` are ids that stand in no recording. */
export const mutated = (random: Dice, all: readonly Recorded[], others: readonly unknown[]): unknown => {
  const { payload, paths } = pick(random, all);
  let now = payload;
  for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1)
    now = pick(random, CHANGES)(random, now, { path: pick(random, paths), others, paths });
  return now;
};
