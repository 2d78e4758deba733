import { sha256 } from '#db/canonical';
import { buttonToken, type Verb } from '#db/ledger/buttons';
import { changeById } from '#db/ledger/change-rows';
import type { Copy } from '#db/ledger/copies';
import type { Change } from '#policies/change/change';
import { ChangeId } from '#policies/ids';
import { changeCard, firstCard } from '../cards/change.ts';
import { wordsOf } from '../cards/words.ts';
import type { Card } from '../chat/card.ts';
import { type Limits, roomOf } from '../chat/chat.ts';
import { viewOf } from '../commands/find-change.ts';
import type { Office } from '../office.ts';

/** A copy's card as the change is now, and the version it shows. */
export type Drawn = { readonly card: Card; readonly version: number };

const changeOf = ({ ledger }: Office, copy: Copy): Change => {
  const change = changeById(ledger, ChangeId.parse(copy.change));
  if (!change) throw new Error(`a card wants change ${copy.change}, which is not in the ledger`);
  return change;
};

/** What a copy begins as where nobody can know how often it was posted. It shows no version of the change yet. */
export const drawFirst = (office: Office, copy: Copy): Drawn => {
  const change = changeOf(office, copy);
  return { card: firstCard(wordsOf(office.locale), viewOf(office, change)), version: 0 };
};

/** Draws a copy from the ledger at the moment it is sent, so that an edit is always the latest state. */
export const drawCopy = (office: Office, copy: Copy, limits: Limits): Drawn => {
  const { ledger, locale } = office;
  const change = changeOf(office, copy);
  const plan = 'plan' in change.state ? change.state.plan : null;
  const token = (verb: Verb): string => buttonToken(ledger, { change: change.id, verb, plan }, copy);
  const room = roomOf(limits);
  const card = changeCard({ words: wordsOf(locale), view: viewOf(office, change), room, token, sha256 });
  return { card, version: change.version };
};
