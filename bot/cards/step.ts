import { entryName } from '#policies/access-effect';
import type { Effect, FileEffect } from '#policies/effect';
import type { AnyPlan, OwnEffect } from '#policies/own-plan';
import type { Line } from '../chat/card.ts';
import { outside, type Words } from './words.ts';

type AnyEffect = Effect | OwnEffect;

type Said = {
  readonly [K in AnyEffect['kind']]: (words: Words, effect: Extract<AnyEffect, { kind: K }>) => Line;
};

const fileText = (words: Words, { path, after }: Pick<FileEffect, 'path' | 'after'>): Line =>
  words.say(after ? 'step.write' : 'step.delete', { path: outside(path) });

const STEPS: Said = {
  api: (words, { call }) => words.say('step.api', { call: outside(`${call.method} ${call.path}`) }),
  file: fileText,
  'refreshed-file': fileText,
  'kernel-cmdline': fileText,
  folder: (words, { path, after }) =>
    words.say(after ? 'step.make-folder' : 'step.delete', { path: outside(path) }),
  changeset: (words, { way, paths }) => words.say('step.changeset', { way, count: paths.length }),
  access: (words, { way, entry }) => words.say(`step.access-${way}`, { entry: outside(entryName(entry)) }),
  diversion: (words, { path, to, way }) =>
    words.say(`step.diversion-${way}`, { path: outside(path), to: outside(to) }),
  network: (words) => words.say('step.network'),
  package: (words, { asked }) => words.say('step.package', { packages: outside(asked.join(', ')) }),
  unit: (words, { unit }) => words.say('step.unit', { unit: outside(unit) }),
  sysctl: (words, { key, after }) => words.say('step.sysctl', { key: outside(key), value: outside(after) }),
  'pool-property': (words, { pool, property }) =>
    words.say('step.pool-property', { pool: outside(pool), property }),
  record: (words) => words.say('step.record'),
  rules: (words) => words.say('step.rules'),
};

/** What one step does, in a few words. */
const stepText = (words: Words, effect: AnyEffect): Line => {
  // The table has a row for each kind of effect, for exactly that kind.
  const say = STEPS[effect.kind] as (words: Words, effect: AnyEffect) => Line;
  return say(words, effect);
};

/** Where a step stands, seen from the one that the plan is at. */
type Mark = 'done' | 'now' | 'next' | 'failed';

/** So many steps are shown before and after the one that the plan is at: a recipe can have fifty. */
const AROUND = { before: 3, after: 5 } as const;

/** The steps of a plan around one of them (from 0), each with a mark; `at`: the mark of that one. None where there is only one. */
export const stepLines = (
  words: Words,
  plan: AnyPlan | null,
  { step, at }: { readonly step: number; readonly at: Extract<Mark, 'now' | 'failed'> },
): readonly Line[] => {
  const effects: readonly AnyEffect[] = plan?.effects ?? [];
  if (effects.length < 2) return [];
  const from = Math.max(0, step - AROUND.before);
  return effects.slice(from, step + AROUND.after).map((effect, index) => {
    const mark: Mark = from + index < step ? 'done' : from + index === step ? at : 'next';
    return words.say(`step.${mark}`, { what: stepText(words, effect) });
  });
};
