import { list, record, text } from './body.ts';
import type { Limits } from './limits.ts';

/** What the parts of a message may be: https://discord.com/developers/docs/components/reference */
const ROW = 1;
const BUTTON = 2;
const TEXT = 10;
const FILE = 13;
const SEPARATOR = 14;
const CONTAINER = 17;

const IN_MESSAGE = [ROW, TEXT, FILE, SEPARATOR, CONTAINER];
const IN_CONTAINER = [ROW, TEXT, FILE, SEPARATOR];

type Part = { readonly [name: string]: unknown };
type Walk = { readonly limits: Limits; readonly files: readonly string[]; readonly ids: Set<string> };

/** All parts in each other, from the outside in. */
export const flat = (parts: readonly unknown[]): readonly Part[] =>
  parts.map(record).flatMap((part) => [part, ...flat(list(part['components']))]);

const button = ({ limits, ids }: Walk, part: Part): string | undefined => {
  const id = text(part['custom_id']);
  const label = text(part['label']);
  if (part['type'] !== BUTTON) return 'only buttons stand in these rows';
  if (![1, 2, 3, 4].includes(Number(part['style']))) return 'style must be one of 1, 2, 3, 4';
  if (label.length === 0 || label.length > limits.label) return `label must be 1 to ${limits.label} long`;
  if (id.length === 0 || id.length > limits.customId) return `custom_id must be 1 to ${limits.customId} long`;
  if (ids.has(id)) return 'custom_id is duplicated';
  ids.add(id);
  return undefined;
};

const row = (walk: Walk, part: Part): string | undefined => {
  const inside = list(part['components']).map(record);
  if (inside.length === 0 || inside.length > walk.limits.buttonsInRow)
    return `a row has 1 to ${walk.limits.buttonsInRow} buttons`;
  return firstOf(inside, (one) => button(walk, one));
};

const container = (walk: Walk, part: Part): string | undefined => {
  const inside = list(part['components']).map(record);
  const colour = part['accent_color'] ?? 0;
  if (inside.length === 0) return 'a container must not be empty';
  if (typeof colour !== 'number' || colour < 0 || colour > 0xffffff) return 'accent_color is no colour';
  return firstOf(inside, (one) =>
    IN_CONTAINER.includes(Number(one['type'])) ? check(walk, one) : 'not allowed in a container',
  );
};

const file = ({ files }: Walk, part: Part): string | undefined => {
  const name = /^attachment:\/\/(.+)$/.exec(text(record(part['file'])['url']))?.[1];
  return name !== undefined && files.includes(name) ? undefined : 'the referenced attachment was not found';
};

const CHECKS: { readonly [type: number]: (walk: Walk, part: Part) => string | undefined } = {
  [ROW]: row,
  [TEXT]: ({ limits }, part) => {
    const { length } = text(part['content']).trim();
    return length > 0 && length <= limits.componentText ? undefined : 'content must be 1 to 4000 long';
  },
  [FILE]: file,
  [SEPARATOR]: () => undefined,
  [CONTAINER]: container,
};

const check = (walk: Walk, part: Part): string | undefined =>
  CHECKS[Number(part['type'])]?.(walk, part) ?? undefined;

const firstOf = (parts: readonly Part[], ask: (part: Part) => string | undefined): string | undefined => {
  for (const part of parts) {
    const complaint = ask(part);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
};

/** What is wrong with the components of a message of the new kind; undefined where nothing is. */
export const complainV2 = (
  components: readonly unknown[],
  limits: Limits,
  files: readonly string[],
): string | undefined => {
  const all = flat(components);
  const characters = all.reduce((sum, part) => sum + text(part['content']).length, 0);
  if (all.length === 0) return 'components must not be empty';
  if (all.length > limits.components) return `at most ${limits.components} components`;
  if (characters > limits.componentText) return `at most ${limits.componentText} characters of text`;
  const walk = { limits, files, ids: new Set<string>() };
  return firstOf(components.map(record), (part) =>
    IN_MESSAGE.includes(Number(part['type'])) ? check(walk, part) : 'unknown component',
  );
};

/** The same for rows of buttons under a message of the old kind. */
export const complainRows = (components: readonly unknown[], limits: Limits): string | undefined => {
  if (components.length > limits.rows) return `at most ${limits.rows} rows`;
  const walk = { limits, files: [], ids: new Set<string>() };
  return firstOf(components.map(record), (part) =>
    part['type'] === ROW ? row(walk, part) : 'only rows without the flag for components',
  );
};
