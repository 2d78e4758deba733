import type { ChangeId } from '#policies/ids';
import type { Undoes } from '#policies/plan';
import type { DoneChange } from '#policies/worker-refusal';
import type { Line } from '../chat/card.ts';
import { stopText } from './refusal.ts';
import { listed, outside, type Words } from './words.ts';

/** The numbers by which people call changes. */
export type Numbers = ReadonlyMap<ChangeId, number>;

const called = ({ change, what }: DoneChange, numbers: Numbers): Line => {
  const number = numbers.get(change);
  return [outside(number === undefined ? what : `#${number} ${what}`)];
};

/** Which changes an undo of several takes back, where it ends, and what is left. */
export const undoesLines = (
  words: Words,
  { changes, stop, older }: Undoes,
  numbers: Numbers,
): readonly Line[] => {
  const list = (all: readonly DoneChange[]): Line => listed(all.map((one) => called(one, numbers)));
  const taken = words.say('undoes.taken-back', { list: list(changes) });
  if (stop === null) return [taken];
  const values = { what: called(stop, numbers), why: stopText(words, stop), list: list([stop, ...older]) };
  return [taken, words.say('undoes.stop', values)];
};
