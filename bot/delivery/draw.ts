import { sha256 } from '#db/canonical';
import { buttonToken, type Verb } from '#db/ledger/buttons';
import { changeById } from '#db/ledger/change-rows';
import type { Copy } from '#db/ledger/copies';
import type { Change } from '#policies/change/change';
import { ChangeId } from '#policies/ids';
import { changeCard, firstCard } from '../cards/change.ts';
import { page } from '../cards/look.ts';
import { wordsOf } from '../cards/words.ts';
import type { Card } from '../chat/card.ts';
import { type Limits, roomOf } from '../chat/chat.ts';
import { viewOf } from '../commands/find-change.ts';
import type { Office } from '../office.ts';
import { standingOf } from '../shown-in.ts';

/**
 * A copy's card as the change is now, and the version it shows. `isLast`: nothing stands there afterwards that could be pressed.
 * `stays`: how long it is not drawn again at least (ms).
 */
export type Drawn = {
  readonly card: Card;
  readonly version: number;
  readonly isLast: boolean;
  readonly stays: number;
};

const changeOf = ({ ledger }: Office, copy: Copy): Change => {
  const change = changeById(ledger, ChangeId.parse(copy.change));
  if (!change) throw new Error(`a card wants change ${copy.change}, which is not in the ledger`);
  return change;
};

/** What is left of a card that its chat may not see any more. */
const takenAway = ({ locale }: Office, { wanted: version }: Copy): Drawn => {
  const card = page('neutral', wordsOf(locale).say('change.not-shown-here'), []);
  return { card, version, isLast: true, stays: 0 };
};

/**
 * Draws a copy from the ledger at the moment it is sent, so that an edit is always the latest state; or says why none is
 * sent: its chat may not see it, or that cannot be told now.
 */
export const drawCopy = (office: Office, copy: Copy, limits: Limits): Drawn | 'never' | 'later' => {
  const change = changeOf(office, copy);
  const standing = standingOf(office, copy, change);
  if (standing === 'never' || standing === 'later') return standing;
  if (standing === 'taken-away') return takenAway(office, copy);
  return copy.message === null && !limits.postsOnce
    ? drawFirst(office, change, limits)
    : drawWhole(office, { change, copy, limits });
};

/**
 * What a copy begins as where nobody can know how often it was posted. It shows no version of the change yet, so it is drawn at
 * once; or with the plan, if that is still being made, since chats take few messages.
 */
const drawFirst = (office: Office, change: Change, { editEvery }: Limits): Drawn => {
  const card = firstCard(wordsOf(office.locale), viewOf(office, change));
  const stays = change.state.state === 'planning' ? editEvery : 0;
  return { card, version: 0, isLast: false, stays };
};

type Whole = { readonly change: Change; readonly copy: Copy; readonly limits: Limits };

const drawWhole = (office: Office, { change, copy, limits }: Whole): Drawn => {
  const { ledger, locale } = office;
  const plan = 'plan' in change.state ? change.state.plan : null;
  const token = (verb: Verb): string => buttonToken(ledger, { change: change.id, verb, plan }, copy);
  const room = roomOf(limits);
  const card = changeCard({ words: wordsOf(locale), view: viewOf(office, change), room, token, sha256 });
  return { card, version: change.version, isLast: false, stays: limits.editEvery };
};
