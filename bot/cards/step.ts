import { type Effect, isFileEffect } from '#policies/effect';
import type { AnyPlan, OwnEffect } from '#policies/own-plan';
import type { Line } from '../chat/card.ts';
import { outside, type Words } from './words.ts';

type AnyEffect = Effect | OwnEffect;

/** What one step does, in a few words. */
const stepText = (words: Words, effect: AnyEffect): Line => {
  if (effect.kind === 'api')
    return words.say('step.api', { call: outside(`${effect.call.method} ${effect.call.path}`) });
  if (isFileEffect(effect))
    return words.say(effect.after ? 'step.write' : 'step.delete', { path: outside(effect.path) });
  switch (effect.kind) {
    case 'record':
    case 'rules':
      return words.say(`step.${effect.kind}`);
    case 'folder':
      return words.say(effect.after ? 'step.make-folder' : 'step.delete', { path: outside(effect.path) });
    case 'package':
      return words.say('step.package', { packages: outside(effect.asked.join(', ')) });
    case 'unit':
      return words.say('step.unit', { unit: outside(effect.unit) });
    case 'sysctl':
      return words.say('step.sysctl', { key: outside(effect.key), value: outside(effect.after) });
    case 'pool-property':
      return words.say('step.pool-property', { pool: outside(effect.pool), property: effect.property });
  }
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
