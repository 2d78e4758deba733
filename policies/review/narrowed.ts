import { type Fit, matcherOf } from '../decide/matches.ts';
import type { DecisionRequest, RequestInMode } from '../decide/request.ts';
import type { Match } from '../rules/match.ts';
import type { Rule, Rules } from '../rules/schema.ts';

type Both = readonly [old: Rules, next: Rules];

/** What a request is about and where, whoever asks for whatever. */
const PLACE = ['target', 'node', 'pool', 'tags', 'platform', 'facts'] as const;

const isSamePlace = (a: DecisionRequest, b: DecisionRequest): boolean =>
  PLACE.every((field) => a[field] === b[field]);

/** What a match asks of whoever asks, and of what they ask for: all the rest is about the place. */
const NO_PLACE: readonly string[] = ['action', 'risk', 'role', 'group', 'mode'] satisfies (keyof Match)[];

/** What a match asks of the place alone. */
const placeOf = (match: Match): Match =>
  Object.fromEntries(Object.entries(match).filter(([field]) => !NO_PLACE.includes(field)));

/** Whether the rules that are written like this, in either file, speak about anything at a place. */
type Placed = { readonly fit: (request: RequestInMode) => Fit };

/** The rules of a file, those that say the same by other ids once: to say it twice changes nothing. */
const placed = ({ rules }: Rules, byText: Map<string, Placed>): readonly (readonly [Rule, Placed])[] => {
  const once = new Map(rules.toReversed().map((rule) => [JSON.stringify({ ...rule, id: undefined }), rule]));
  return [...once].toReversed().map(([text, rule]) => {
    const known = byText.get(text) ?? { fit: matcherOf(placeOf(rule.match)) };
    byText.set(text, known);
    return [rule, known];
  });
};

/**
 * The files without the rules that say nothing about this place, whoever asks for whatever there, and those that say the same as
 * another: they come to decisions that mean the same. Asked for many requests of one place in a row, it looks once. `looked` is told how many rules were asked.
 */
export const narrowing = ([old, next]: Both, looked: (rules: number) => void) => {
  const byText = new Map<string, Placed>();
  const [before, after] = [placed(old, byText), placed(next, byText)];
  const last = new Map<string, { readonly request: DecisionRequest; readonly files: Both }>();
  const narrow = (request: DecisionRequest): Both => {
    const there = { ...request, mode: 'standard' } as const; // no field that is left looks at the mode
    const speaking = new Set([...byText.values()].filter(({ fit }) => fit(there) !== false));
    const kept = (rules: typeof before) => rules.flatMap(([rule, one]) => (speaking.has(one) ? [rule] : []));
    looked(byText.size);
    return [
      { ...old, rules: kept(before) },
      { ...next, rules: kept(after) },
    ];
  };
  return (request: DecisionRequest): Both => {
    const known = last.get(request.target.kind);
    if (known && isSamePlace(known.request, request)) return known.files;
    const made = narrow(request);
    last.set(request.target.kind, { request, files: made });
    return made;
  };
};
