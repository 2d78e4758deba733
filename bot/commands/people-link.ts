import { hasAccount, LINK_STEP, offerLink } from '#db/ledger/link-requests';
import { accountKey } from '#policies/person';
import { no, ok } from '#policies/result';
import { page } from '../cards/look.ts';
import { code, outside } from '../cards/words.ts';
import { findPerson } from './access.ts';
import type { Answer, Asking } from './command.ts';

/** `/people link CODE kim`: an admin says whose account asked to be linked; it counts when that person confirms it. */
export const offerAccount = (asking: Asking, [text, id]: readonly string[]): Answer => {
  const { office, person: by, sight, actor, words } = asking;
  if (by.role !== 'admin') return no({ no: 'role-too-low', role: by.role, needs: 'admin' });
  if (!sight.whole) return no({ no: 'out-of-scope' });
  if (text === undefined) return no({ no: 'missing-argument', command: 'people', argument: 'code' });
  if (id === undefined) return no({ no: 'missing-argument', command: 'people', argument: 'person' });
  const person = findPerson(asking, id);
  if (!person.ok) return person;
  const offered = offerLink(office.ledger, text, { person: person.value, by: by.id, actor });
  if (!offered.ok) return offered;
  const has = hasAccount(office.ledger, person.value);
  const values = {
    account: outside(accountKey(offered.value.account)),
    name: outside(person.value.name),
    person: outside(person.value.id),
    role: words.say(`role.${person.value.role}`),
    typed: [code(`/link confirm ${person.value.id}`)],
    minutes: LINK_STEP / 60_000,
  };
  const how = words.say(has ? 'link.confirm-known' : 'link.confirm-new', values);
  return ok(page('waiting', words.say('link.offered', values), [how]));
};
