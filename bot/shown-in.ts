import { changeById } from '#db/ledger/change-rows';
import { isFinal } from '#db/ledger/changes';
import { type Copy, copyAt, type Place, redraw, standingCopies } from '#db/ledger/copies';
import { personById } from '#db/ledger/people';
import type { Change } from '#policies/change/change';
import { ChangeId } from '#policies/ids';
import type { Notice } from '#policies/notice';
import { type InScope, inScope, poolOf, type Scope } from '#policies/scope';
import type { Target } from '#policies/target';
import type { Office } from './office.ts';
import { type Watching, watchingNow } from './watching.ts';

const configured = (office: Office, { platform, chat }: Place): Watching | undefined =>
  watchingNow(office).find((one) => one.platform === platform && one.chat === chat);

const sees = ({ inventories }: Office, scope: Scope, target: Target): InScope =>
  scope === 'everything' ? 'in' : inScope(scope, target, poolOf(target, inventories()));

/** May everybody who reads this chat see what is about this target? A chat that is not configured is somebody's own with us, who sees what they see. */
export const chatSees = (office: Office, place: Place, target: Target): InScope =>
  sees(office, configured(office, place)?.sees ?? 'everything', target);

/** A card outside of the configured chats stands where it was asked for: in the requester's own chat. */
const cardIn = (office: Office, place: Place, { requester, target }: Change): InScope => {
  const scope = configured(office, place)?.sees ?? personById(office.ledger, requester)?.scope;
  return sees(office, scope ?? 'everything', target);
};

/** What becomes of a copy: it is drawn; taken from where it stands; never posted; or looked at again later. */
export type Standing = 'drawn' | 'taken-away' | 'never' | 'later';

/**
 * Whether a card may stand where it shall. What stands there already goes only when it is known that it must: a guest that was
 * destroyed is in no pool, and those who read of its plan may read that it is done.
 */
export const standingOf = (office: Office, copy: Copy, change: Change): Standing => {
  const seen = cardIn(office, copy, change);
  if (seen === 'in') return 'drawn';
  if (copy.message !== null) return seen === 'out' ? 'taken-away' : 'drawn';
  return seen === 'out' || isFinal(change) ? 'never' : 'later';
};

/** May everybody who reads this chat be told this? What is about rules or people is for chats that see everything. */
export const noticeStandsIn = (office: Office, place: Place, notice: Notice): boolean => {
  if (!('change' in notice)) return (configured(office, place)?.sees ?? 'everything') === 'everything';
  const change = changeById(office.ledger, notice.change);
  if (!change) return false;
  const seen = cardIn(office, place, change);
  if (seen !== 'unsure') return seen === 'in';
  const copy = copyAt(office.ledger, change.id, place);
  return typeof copy?.message === 'string' && copy.gone === 0;
};

/** Does this card still stand where it must not any more? */
export const isHidden = (office: Office, copy: Copy): boolean => {
  const change = changeById(office.ledger, ChangeId.parse(copy.change));
  return change !== undefined && standingOf(office, copy, change) === 'taken-away';
};

/**
 * A chat may have come to see less, or a guest to be in another pool: cards of what is open are taken from chats that may not
 * see them any more.
 */
export const takeHidden = (office: Office): void => {
  if (watchingNow(office).every((chat) => chat.sees === 'everything')) return;
  for (const copy of standingCopies(office.ledger)) if (isHidden(office, copy)) redraw(office.ledger, copy);
};
