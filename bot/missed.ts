import { handle, receive } from '#db/ledger/inbound';
import { linkCodesIn, personOf, spoilLinkCode } from '#db/ledger/people';
import { countStranger } from '#db/ledger/strangers';
import { recordTurnedAway } from '#db/ledger/turned-away';
import { immediate } from '#db/open';
import { accountKey, type Person } from '#policies/person';
import type { Missed } from './chat/intent.ts';
import { COMMANDS } from './commands/table.ts';
import { LONGEST_LINE, readLine } from './commands/words-of-line.ts';
import type { Office } from './office.ts';
import { spoil } from './refused.ts';

const NAMES = new Set([...COMMANDS.map(({ name }) => name), 'link']);

/** The command that somebody tried, null for a press; undefined where a line names none of ours, which is talk. */
const commandIn = ({ did }: Missed): string | null | undefined => {
  if (did.what === 'press') return null;
  const command = readLine(did.text.slice(0, LONGEST_LINE))?.command;
  return command !== undefined && NAMES.has(command) ? command : undefined;
};

/** Stores an event without what was typed; false where it was here before. */
const isNew = ({ ledger }: Office, { event, account, chat, why }: Missed): boolean => {
  const { platform } = account;
  if (!receive(ledger, platform, event, JSON.stringify({ event, account, chat, why }))) return false;
  handle(ledger, platform, event);
  return true;
};

/** What others could read of a line is worth nothing any more, whether or not the line counted. */
const spoilRead = (office: Office, { did }: Missed, person: Person): void => {
  if (did.what === 'press' || did.unseen) return;
  const { ledger } = office;
  for (const code of linkCodesIn(ledger, did.text.slice(0, LONGEST_LINE))) spoilLinkCode(ledger, code);
  spoil(office, did, person);
};

/**
 * Puts on record what somebody tried and what never became an intent because of how it came, once: with its reason, and many of
 * the same as a number. Talk is none of our business, and neither is what somebody types whom nobody knows; of their presses
 * only the number is kept.
 */
export const recordMissed = (office: Office, missed: Missed): void => {
  const { ledger } = office;
  const { account, chat, did, why } = missed;
  const command = commandIn(missed);
  if (command === undefined) return;
  const person = personOf(ledger, account);
  if (!person && command !== null) return;
  immediate(ledger.db, () => {
    if (!isNew(office, missed)) return;
    const key = accountKey(account);
    if (!person) return countStranger(ledger, key);
    spoilRead(office, missed, person);
    const where = chat === null ? {} : { chat: `${account.platform}:${chat}` };
    const actor = { person: person.id, account: key, ...where };
    const kind = did.what === 'press' ? 'click.refused' : 'command.refused';
    recordTurnedAway(ledger, { kind, actor, why, command });
  });
};
