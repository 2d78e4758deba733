import { appendAudit } from '#db/audit/append';
import type { AuditActor, AuditEvent } from '#db/audit/event';
import { buttonByToken } from '#db/ledger/buttons';
import { changeById } from '#db/ledger/change-rows';
import { spoilCodes } from '#db/ledger/codes';
import { linkCodesIn, spoilLinkCode } from '#db/ledger/people';
import { recordStranger } from '#db/ledger/strangers';
import type { Change } from '#policies/change/change';
import { ChangeId } from '#policies/ids';
import { accountKey, type Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { targetKey } from '#policies/target';
import type { Intent } from './chat/intent.ts';
import { codesIn, withoutCodes } from './codes.ts';
import { LONGEST_LINE, readLine } from './commands/words-of-line.ts';
import type { Office } from './office.ts';

/** Who an intent is from, for the audit. */
export const actorOf = ({ account, place }: Intent, person: Person | undefined): AuditActor => ({
  ...(person ? { person: person.id } : {}),
  account: accountKey(account),
  chat: `${place.platform}:${place.chat}`,
});

/** The change that a pressed button belongs to, for the record. */
const pressedChange = ({ ledger }: Office, { does }: Intent): Change | undefined => {
  const button = does.what === 'press' ? buttonByToken(ledger, does.token) : undefined;
  return button && changeById(ledger, ChangeId.parse(button.change));
};

/** A number that people may type, since a guest has it. */
const isGuest = ({ inventories }: Office, digits: string): boolean =>
  inventories().some(
    ({ guests }) => guests.known && guests.value.some(({ vmid }) => String(vmid) === digits),
  );

/** So many of the numbers in one line may be codes that others could read. */
const MOST_SPOILT = 3;

/** Codes of a second factor in a line that others could read are worth nothing any more. */
export const spoil = ({ ledger, authority }: Office, does: Intent['does'], person: Person): void => {
  if (does.what !== 'line' || does.unseen) return;
  const codes = codesIn(does.text.slice(0, LONGEST_LINE)).slice(0, MOST_SPOILT);
  if (codes.length > 0) spoilCodes(ledger, authority, { person: person.id, codes });
};

/**
 * What the audit keeps of a refused line: its beginning, without any code for linking or of a second factor ("/lnk CODE" is a slip of the
 * finger, and viewers read the audit). A code that was typed where others read it is worth nothing any more.
 */
const recorded = (office: Office, text: string, unseen: boolean): string => {
  const { ledger } = office;
  const command = readLine(text)?.command;
  if (command === 'link' || command === 'code') return `/${command}`;
  const read = text.slice(0, LONGEST_LINE);
  const codes = linkCodesIn(ledger, read);
  if (!unseen) for (const code of codes) spoilLinkCode(ledger, code);
  const line = codes.reduce((line, code) => line.replaceAll(code, '•••'), read);
  return withoutCodes(line, (digits) => isGuest(office, digits))
    .slice(0, 200)
    .toWellFormed();
};

const eventOf = (office: Office, intent: Intent, why: Refusal['no']): Omit<AuditEvent, 'actor'> => {
  const { does } = intent;
  const said =
    does.what === 'line'
      ? { line: recorded(office, does.text, does.unseen) }
      : { token: does.token.slice(0, 64).toWellFormed() };
  const change = pressedChange(office, intent);
  const about = change ? { change: change.id, target: targetKey(change.target) } : {};
  const kind = does.what === 'line' ? 'command.refused' : 'click.refused';
  return { kind, ...about, facts: { why, ...said } };
};

/** Puts a refused command or press on record; of an account that nobody is linked to, now and then. */
export const recordRefusal = (
  office: Office,
  intent: Intent,
  { person, refusal }: { readonly person: Person | undefined; readonly refusal: Refusal },
): void => {
  const { ledger } = office;
  const event = { ...eventOf(office, intent, refusal.no), actor: actorOf(intent, person) };
  if (person) {
    spoil(office, intent.does, person);
    appendAudit(ledger.db, event, ledger.now());
  } else recordStranger(ledger, accountKey(intent.account), event);
};
