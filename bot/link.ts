import { confirmLink, LINK_STEP, type LinkOffer, offersTo, requestLink } from '#db/ledger/link-requests';
import { putNotice } from '#db/ledger/notices';
import { personOf, redeemLinkCode, spoilLinkCode } from '#db/ledger/people';
import { accountKey, type Person } from '#policies/person';
import { no, ok } from '#policies/result';
import { page } from './cards/look.ts';
import { code, outside, type Words, wordsOf } from './cards/words.ts';
import type { Card } from './chat/card.ts';
import { type Intent, isUnseen } from './chat/intent.ts';
import type { Answer } from './commands/command.ts';
import type { Office } from './office.ts';
import { watchingNow } from './watching.ts';

type Linking = { readonly office: Office; readonly intent: Intent; readonly words: Words };

const linkedCard = (words: Words, account: string, { name, id, role }: Person): Card => {
  const values = {
    account: outside(account),
    name: outside(name),
    person: outside(id),
    role: words.say(`role.${role}`),
  };
  return page('good', words.say('done.linked', values), []);
};

/** What this account could confirm, whom it is about and who said so. */
const offerLine = (words: Words, { account, person, by }: LinkOffer) =>
  words.say('link.offer', {
    account: outside(accountKey(account)),
    name: outside(person.name),
    person: outside(person.id),
    by: outside(by),
    typed: [code(`/link confirm ${person.id}`)],
  });

/** What waits to be confirmed here; where nothing does, a new account asks to be linked. */
const begin = ({ office: { ledger }, intent: { account }, words }: Linking): Answer => {
  const offers = offersTo(ledger, account);
  if (offers.length > 0)
    return ok(
      page(
        'waiting',
        words.say('link.waits'),
        offers.map((offer) => offerLine(words, offer)),
      ),
    );
  const asked = requestLink(ledger, account);
  if (!asked.ok) return asked;
  const values = {
    account: outside(accountKey(account)),
    code: [code(asked.value)],
    minutes: LINK_STEP / 60_000,
  };
  return ok(page('waiting', words.say('link.asked', values), [words.say('link.how')]));
};

const confirm = ({ office, intent: { account }, words }: Linking, id: string | undefined): Answer => {
  const { ledger } = office;
  if (id === undefined) return no({ no: 'missing-argument', command: 'link', argument: 'person' });
  const bound = confirmLink(ledger, id, account);
  if (!bound.ok) return bound;
  const { person, by } = bound.value;
  const key = accountKey(bound.value.account);
  putNotice(
    ledger,
    { notice: 'account-linked', account: key, person: person.id, by },
    { places: watchingNow(office) },
  );
  return ok(linkedCard(words, key, person));
};

const redeem = ({ office: { ledger }, intent: { account }, words }: Linking, text: string): Answer => {
  const linked = redeemLinkCode(ledger, text, account);
  return linked.ok ? ok(linkedCard(words, accountKey(account), linked.value)) : linked;
};

/**
 * `/link`, the one command for people we do not know, in a private chat only: alone it asks to be linked and gives a code for an
 * admin, `/link confirm kim` is the last word on what that admin said, and `/link CODE` uses a code of the shell.
 */
export const link = (office: Office, intent: Intent, [what, id]: readonly string[]): Answer => {
  const { ledger, locale } = office;
  const { account } = intent;
  if (!isUnseen(intent)) {
    if (what !== undefined) spoilLinkCode(ledger, what);
    return no({ no: 'private-chat-only' });
  }
  const known = personOf(ledger, account);
  const linking = { office, intent, words: wordsOf(known?.locale, intent.locale, locale) };
  if (known?.disabled) return no({ no: 'person-disabled' });
  if (what === undefined) return begin(linking);
  return what === 'confirm' ? confirm(linking, id) : redeem(linking, what);
};
