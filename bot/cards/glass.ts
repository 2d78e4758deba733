import type { Change } from '#policies/change/change';
import type { GlassNotice } from '#policies/notice';
import type { Person } from '#policies/person';
import type { Card, Line } from '../chat/card.ts';
import { actionText } from './action.ts';
import { nameOf } from './approvals.ts';
import { page } from './look.ts';
import { listed, outside, type Words, when } from './words.ts';

/** The sign of a change that was started without the missing votes; the words are always beside it. */
export const GLASS = '🔨';

/** What stands behind the icon of a change, for good. */
export const glassMark = ({ glass }: Pick<Change, 'glass'>): string => (glass.length === 0 ? '' : GLASS);

/** Who broke the glass and why, and what the review says or until when it is owed. */
export const glassLines = (
  words: Words,
  { glass, no }: Pick<Change, 'glass' | 'no'>,
  people: readonly Person[],
): readonly Line[] =>
  glass.flatMap(({ by, reason, due, review }) => [
    words.say('glass.broken', { icon: GLASS, who: nameOf(people, by), reason: outside(reason) }),
    review
      ? words.say('glass.reviewed', { who: nameOf(people, review.by), text: outside(review.text) })
      : words.say('glass.review-due', { no: String(no), when: when(due) }),
  ]);

/** A review that somebody owes: of which change, and until when (ms). */
export type Owed = { readonly no: number; readonly due: number };

/** One line for the reviews that are owed; none where all are written. */
export const owedLines = (words: Words, owed: readonly Owed[]): readonly Line[] => {
  if (owed.length === 0) return [];
  const list = owed.map(({ no, due }) => words.say('glass.owed', { no: String(no), when: when(due) }));
  return [words.say('glass.reviews-owed', { icon: GLASS, count: owed.length, list: listed(list) })];
};

type Told = {
  readonly kind: GlassNotice['notice'];
  readonly change: Change;
  /** What people call the target. */
  readonly name: string | null;
  readonly people: readonly Person[];
};

/** What everybody is told once, beside the card of the change. */
export const glassNotice = (words: Words, { kind, change, name, people }: Told): Card => {
  const lead = words.say(`notice.${kind}`, {
    icon: GLASS,
    no: String(change.no),
    what: actionText(words, change, name),
  });
  return page(kind === 'review-written' ? 'neutral' : 'bad', lead, glassLines(words, change, people));
};
