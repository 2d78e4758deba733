import type { GlassNotice, Notice } from '#policies/notice';
import type { RulesEffect } from '#policies/review/rules-effect';
import type { Card, Tone } from '../chat/card.ts';
import { complaintText } from './complaint.ts';
import { effectLines } from './effect.ts';
import { type DiffRoom, fileLines, fitted } from './fitted.ts';
import { page } from './look.ts';
import { modeReach } from './mode.ts';
import { shortDigest } from './rules.ts';
import { code, outside, plain, type Words } from './words.ts';

type Drawing = {
  readonly words: Words;
  readonly room: DiffRoom;
  readonly sha256: (text: string) => string;
};

/** What people are told of the rules; what is about a change is drawn with it (glass.ts). */
type RulesNotice = Exclude<Notice, GlassNotice>;
type Of<N extends RulesNotice['notice']> = Extract<RulesNotice, { notice: N }>;
type Cards = { readonly [N in RulesNotice['notice']]: (drawing: Drawing, notice: Of<N>) => Card };

type WithEffect = { readonly digest: string; readonly effect: RulesEffect };

const withEffect =
  (key: 'notice.rules-in-force' | 'notice.rules-waiting', tone: Tone) =>
  ({ words, ...drawing }: Drawing, { digest, effect }: WithEffect): Card => {
    const lead = words.say(key, { digest: [shortDigest(digest)] });
    const text = effectLines(words, effect).map((line) => plain(line).replace(/[\r\n\t]+/g, ' '));
    const shown = fitted(text.join('\n'), `rules-${digest.slice(0, 12)}.txt`, drawing);
    const how =
      key === 'notice.rules-waiting' ? [words.say('rules.apply', { typed: [code('/rules apply')] })] : [];
    const card = page(tone, lead, [...how, ...fileLines(words, shown)]);
    return { ...card, diff: shown.diff, attachment: shown.attachment };
  };

const CARDS: Cards = {
  'rules-in-force': withEffect('notice.rules-in-force', 'good'),
  'rules-waiting': withEffect('notice.rules-waiting', 'waiting'),
  'rules-first': ({ words }, { digest }) =>
    page('good', words.say('notice.rules-first', { digest: [shortDigest(digest)] }), []),
  'rules-as-before': ({ words }, { digest }) =>
    page('neutral', words.say('notice.rules-as-before', { digest: [shortDigest(digest)] }), []),
  'account-linked': ({ words }, { account, person, by }) =>
    page(
      'neutral',
      words.say('notice.account-linked', {
        account: outside(account),
        person: outside(person),
        by: outside(by),
      }),
      [],
    ),
  'person-disabled': ({ words }, { person, by, reason }) =>
    page(
      'neutral',
      words.say('notice.person-disabled', {
        person: outside(person),
        by: outside(by),
        reason: outside(reason),
      }),
      [],
    ),
  'mode-tightened': ({ words }, { site, mode, by, reason }) =>
    page(
      'bad',
      words.say('notice.mode-tightened', {
        where: modeReach(words, site),
        mode,
        by: outside(by),
        reason: outside(reason),
      }),
      [],
    ),
  'rules-broken': ({ words }, { complaints }) =>
    page(
      'bad',
      words.say('notice.rules-broken'),
      [],
      complaints.map((one) => complaintText(words, one)),
    ),
};

/** What everybody is told, as a card without buttons. */
export const noticeCard = (drawing: Drawing, notice: RulesNotice): Card => {
  // The table has a row for each kind of notice, for exactly that kind.
  const draw = CARDS[notice.notice] as (drawing: Drawing, notice: RulesNotice) => Card;
  return draw(drawing, notice);
};
