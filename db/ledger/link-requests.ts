import { and, eq, gt, isNotNull, lte } from 'drizzle-orm';
import { type Account, accountKey, type Person } from '#policies/person';
import type { IdentityRefusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import { sha256 } from '../canonical.ts';
import { immediate } from '../open.ts';
import { type Ledger, randomText } from './ledger.ts';
import { allAccounts, bindAccount, personById, personOf } from './people.ts';
import { linkRequests } from './schema/people.ts';

/** How long each step of linking may take (ms). */
export const LINK_STEP = 10 * 60_000;

/** An account that waits to be linked, and to whom an admin said that it belongs. */
export type LinkOffer = { readonly account: Account; readonly person: Person; readonly by: string };

type Row = typeof linkRequests.$inferSelect;

const accountOf = ({ platform, tenant, account }: Row): Account => ({ platform, tenant, id: account });

const sameAccount = ({ platform, tenant, id }: Account) =>
  and(eq(linkRequests.platform, platform), eq(linkRequests.tenant, tenant), eq(linkRequests.account, id));

/**
 * An account that nobody is linked to asks to be: a code that says which account is meant, 8 characters, shown once. It is
 * worth nothing to anybody but an admin. An account has one open request, so that whoever finds the bot fills no disk.
 */
export const requestLink = (ledger: Ledger, account: Account): Result<string, IdentityRefusal> =>
  immediate(ledger.db, () => {
    if (personOf(ledger, account)) return no({ no: 'account-taken' });
    const { orm } = ledger.db;
    const code = randomText(ledger, 8);
    orm.delete(linkRequests).where(lte(linkRequests.expires, ledger.now())).run();
    orm.delete(linkRequests).where(sameAccount(account)).run();
    const { platform, tenant, id } = account;
    const row = { platform, tenant, account: id, codeHash: sha256(code), expires: ledger.now() + LINK_STEP };
    orm
      .insert(linkRequests)
      .values({ ...row, person: null, by: null })
      .run();
    return ok(code);
  });

/**
 * An admin says whose account it is that a code stands for; the code is used up with it. Nothing is linked yet: the person has
 * to confirm it.
 */
export const offerLink = (
  ledger: Ledger,
  code: string,
  { person, by, actor }: { readonly person: Person; readonly by: string; readonly actor: AuditActor },
): Result<LinkOffer, IdentityRefusal> =>
  immediate(ledger.db, () => {
    const { orm } = ledger.db;
    const known = and(
      eq(linkRequests.codeHash, sha256(code.trim().toLowerCase())),
      gt(linkRequests.expires, ledger.now()),
    );
    const row = orm.select().from(linkRequests).where(known).get();
    if (!row) return no({ no: 'no-link-request' });
    const account = accountOf(row);
    const expires = ledger.now() + LINK_STEP;
    orm
      .update(linkRequests)
      .set({ codeHash: null, person: person.id, by, expires })
      .where(sameAccount(account))
      .run();
    const facts = { person: person.id, account: accountKey(account), expires };
    appendAudit(ledger.db, { kind: 'link.offered', actor, facts }, ledger.now());
    return ok({ account, person, by });
  });

/** Does this person have an account already, which then has to confirm every further one? */
export const hasAccount = (ledger: Ledger, { id }: Person): boolean =>
  allAccounts(ledger).some(({ person }) => person === id);

const openOffers = (ledger: Ledger): readonly LinkOffer[] =>
  ledger.db.orm
    .select()
    .from(linkRequests)
    .where(and(isNotNull(linkRequests.person), gt(linkRequests.expires, ledger.now())))
    .all()
    .flatMap((row) => {
      const person = row.person === null ? undefined : personById(ledger, row.person);
      return person && row.by !== null && !person.disabled
        ? [{ account: accountOf(row), person, by: row.by }]
        : [];
    });

/** What this account could confirm: whose it becomes itself, or, of somebody's account, which other becomes theirs. */
export const offersTo = (ledger: Ledger, account: Account): readonly LinkOffer[] => {
  const owner = personOf(ledger, account);
  const key = accountKey(account);
  return openOffers(ledger).filter((offer) =>
    owner ? offer.person.id === owner.id : accountKey(offer.account) === key,
  );
};

/**
 * Somebody says who they are, from the account that waits, or from one that is theirs already where they have one: an admin
 * alone can give nobody a second account, and so no second voice. Binds by immutable ids only.
 */
export const confirmLink = (
  ledger: Ledger,
  id: string,
  account: Account,
): Result<LinkOffer, IdentityRefusal> =>
  immediate(ledger.db, () => {
    const [offer, ...others] = offersTo(ledger, account).filter(({ person }) => person.id === id);
    if (!offer || others.length > 0 || personOf(ledger, offer.account)) return no({ no: 'no-link-request' });
    if (!personOf(ledger, account) && hasAccount(ledger, offer.person))
      return no({ no: 'link-elsewhere', person: id });
    ledger.db.orm.delete(linkRequests).where(sameAccount(offer.account)).run();
    bindAccount(ledger, offer.person.id, offer.account, { account: accountKey(account) });
    return ok(offer);
  });
