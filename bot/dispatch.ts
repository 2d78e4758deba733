import { type ButtonRow, buttonByToken } from '#db/ledger/buttons';
import { changeById } from '#db/ledger/change-rows';
import { type Copy, copyAt, redraw } from '#db/ledger/copies';
import { handle, isStored } from '#db/ledger/inbound';
import { personOf } from '#db/ledger/people';
import { immediate } from '#db/open';
import { ChangeId } from '#policies/ids';
import { atLeast, type Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { no } from '#policies/result';
import { refusalCard } from './cards/refusal.ts';
import { wordsOf } from './cards/words.ts';
import type { Card } from './chat/card.ts';
import { type Intent, isUnseen } from './chat/intent.ts';
import type { Answer, Asking } from './commands/command.ts';
import { press } from './commands/press.ts';
import { READING } from './commands/read.ts';
import { sightOf } from './commands/sight.ts';
import { COMMANDS } from './commands/table.ts';
import { LONGEST_LINE, readLine, type TypedLine } from './commands/words-of-line.ts';
import { link } from './link.ts';
import type { Office } from './office.ts';
import { actorOf, recordRefusal } from './refused.ts';
import { isHidden } from './shown-in.ts';

const table = new Map(COMMANDS.map((command) => [command.name, command]));

/** A typed text, and its command read once. */
type Typed = { readonly text: string; readonly line: TypedLine | null };

type Pressed = Extract<Intent['does'], { what: 'press' }>;

const saidBy = ({ does }: Intent): Typed | Pressed =>
  does.what === 'line' ? { text: does.text, line: readLine(does.text.slice(0, LONGEST_LINE)) } : does;

const runLine = (asking: Asking, { text, line }: Typed): Answer => {
  if (text.length > LONGEST_LINE) return no({ no: 'line-too-long', length: text.length, most: LONGEST_LINE });
  if (!line) return no({ no: 'unknown-command', command: text.slice(0, 32) });
  const command = table.get(line.command);
  if (!command) return no({ no: 'unknown-command', command: `/${line.command.slice(0, 32)}` });
  const { person } = asking;
  if (!atLeast(person.role, command.who))
    return no({ no: 'role-too-low', role: person.role, needs: command.who });
  if (!command.scoped && !asking.sight.whole) return no({ no: 'out-of-scope' });
  return command.run(asking, line.args);
};

const TOLD_TO_TYPE: readonly Refusal['no'][] = ['type-target', 'second-factor'];

type OnCard = { readonly button: ButtonRow; readonly copy: Copy };

/**
 * A press counts only on the card we posted, in the chat where it stands: a forged or forwarded button is stale, and so is one
 * on a card that its chat may not see any more and that is about to be taken away.
 */
const pressed = ({ office, place }: Asking, { token, message }: Pressed): OnCard | undefined => {
  const button = buttonByToken(office.ledger, token);
  if (!button || button.platform !== place.platform || button.chat !== place.chat) return undefined;
  const copy = copyAt(office.ledger, ChangeId.parse(button.change), place);
  if (copy?.message !== message || copy.gone === 1 || isHidden(office, copy)) return undefined;
  return { button, copy };
};

const runPress = (asking: Asking, does: Pressed): Answer => {
  const { office } = asking;
  const on = pressed(asking, does);
  if (!on) return no({ no: 'stale-button' });
  const { button, copy } = on;
  const answer = press(asking, button);
  // Whoever is told what to type saw the card as it is, and could not type it while the card is drawn anew.
  if (
    !answer.ok &&
    !TOLD_TO_TYPE.includes(answer.error.no) &&
    changeById(office.ledger, ChangeId.parse(copy.change))
  )
    redraw(office.ledger, copy);
  return answer;
};

type From = { readonly intent: Intent; readonly said: Typed | Pressed; readonly person: Person | undefined };

const run = (office: Office, { intent, said, person }: From): Answer => {
  const { account, place } = intent;
  if ('line' in said && said.line?.command === 'link') return link(office, intent, said.line.args);
  if (!person) return no({ no: 'not-linked' });
  if (person.disabled) return no({ no: 'person-disabled' });
  const words = wordsOf(person.locale, intent.locale, office.locale);
  const actor = actorOf(intent, person);
  const sight = sightOf(office, person);
  const unseen = isUnseen(intent);
  const { now } = office.ledger;
  const asking: Asking = { office, person, sight, account, place, unseen, actor, words, now: now() };
  return 'line' in said ? runLine(asking, said) : runPress(asking, said);
};

const reads = new Set(READING.map(({ name }) => name));

/**
 * The card of a line that only reads, which takes no transaction; null for all else. A refusal is else too, since it goes
 * on record, and so is an event that was stored before.
 */
export const lookUp = (office: Office, intent: Intent): Card | null => {
  const { account, place, event } = intent;
  const said = saidBy(intent);
  if (!('line' in said && said.line && reads.has(said.line.command))) return null;
  if (isStored(office.ledger, place.platform, event)) return null;
  const answer = run(office, { intent, said, person: personOf(office.ledger, account) });
  return answer.ok ? answer.value : null;
};

/**
 * The only way in for all that does something. An intent that is already in the inbox is done once: what it causes, its
 * audit record and the mark that it was handled are one transaction. The card is the one private answer; null when it was
 * handled before.
 */
export const dispatch = (office: Office, intent: Intent): Card | null =>
  immediate(office.ledger.db, () => {
    if (!handle(office.ledger, intent.place.platform, intent.event)) return null;
    const person = personOf(office.ledger, intent.account);
    const answer = run(office, { intent, said: saidBy(intent), person });
    if (answer.ok) return answer.value;
    recordRefusal(office, intent, { person, refusal: answer.error });
    return refusalCard(wordsOf(person?.locale, intent.locale, office.locale), answer.error);
  });
