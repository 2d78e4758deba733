import { appendAudit } from '#db/audit/append';
import { setAccess } from '#db/ledger/access';
import { putNotice } from '#db/ledger/notices';
import { allPeople } from '#db/ledger/people';
import { immediate } from '#db/open';
import { isLastAdmin } from '#policies/access';
import { no, ok } from '#policies/result';
import { page } from '../cards/look.ts';
import { outside } from '../cards/words.ts';
import { watchingNow } from '../watching.ts';
import { findPerson } from './access.ts';
import type { Command } from './command.ts';
import { MUST_REASON, PERSON } from './option.ts';
import { takeReason } from './reason.ts';

/** `/disable kim reason="…"`: takes all access at once, with what they asked for and agreed to; it needs nobody, since it takes away. */
export const disableCommand: Command = {
  name: 'disable',
  usage: 'disable PERSON reason="…"',
  options: [PERSON, MUST_REASON],
  who: 'admin',
  run: (asking, typed) => {
    const { office, person: by, actor, words } = asking;
    const { ledger } = office;
    const { reason, words: rest } = takeReason('disable', typed);
    if (!reason.ok) return reason;
    const [text] = rest;
    if (text === undefined) return no({ no: 'missing-argument', command: 'disable', argument: 'person' });
    if (reason.value === null) return no({ no: 'missing-argument', command: 'disable', argument: 'reason' });
    const found = findPerson(asking, text);
    if (!found.ok) return found;
    const after = { ...found.value, disabled: true };
    if (found.value.disabled) return no({ no: 'already-so' });
    if (isLastAdmin(after, allPeople(ledger))) return no({ no: 'last-admin' });
    const why = reason.value;
    const { withdrawn, voided } = immediate(ledger.db, () => {
      const facts = { person: after.id, why };
      appendAudit(
        ledger.db,
        { kind: 'person.disabled', actor, target: `person:${after.id}`, facts },
        ledger.now(),
      );
      const effects = setAccess(ledger, after, actor);
      putNotice(
        ledger,
        { notice: 'person-disabled', person: after.id, by: by.id, reason: why },
        { places: watchingNow(office) },
      );
      return effects;
    });
    const values = { person: outside(after.id), requests: withdrawn.length, votes: voided.length };
    return ok(page('neutral', words.say('done.disabled', values), []));
  },
};
