import { and, eq, isNull, sql } from 'drizzle-orm';
import type { Change } from '#policies/change/change';
import type { ChangeId, PlanHash } from '#policies/ids';
import { once } from '../once.ts';
import { copyAt, type Place } from './copies.ts';
import { type Ledger, randomText } from './ledger.ts';
import { buttons } from './schema/chats.ts';

/** What a press can mean. */
export type Verb =
  | 'approve'
  | 'confirm'
  | 'deny'
  | 'details'
  | 'withdraw'
  | 'keep'
  | 'revert'
  | 'undo'
  | 'plan-again';

/** A button's meaning: always looked up, never read from what the platform sends. */
export type ButtonRow = typeof buttons.$inferSelect;

type Meaning = { readonly change: ChangeId; readonly verb: Verb; readonly plan: PlanHash | null };

const means = ({ change, verb, plan }: Meaning, { platform, chat }: Place) =>
  and(
    eq(buttons.change, change),
    eq(buttons.verb, verb),
    plan === null ? isNull(buttons.plan) : eq(buttons.plan, plan),
    eq(buttons.platform, platform),
    eq(buttons.chat, chat),
  );

/** The token of a button on a card in one place; the same meaning has the same token, so that a redrawn card is equal. */
export const buttonToken = (ledger: Ledger, meaning: Meaning, place: Place): string => {
  const { db } = ledger;
  const known = db.orm.select().from(buttons).where(means(meaning, place)).get();
  if (known) return known.token;
  const token = randomText(ledger, 26);
  const { platform, chat } = place;
  db.orm
    .insert(buttons)
    .values({ token, ...meaning, platform, chat })
    .run();
  return token;
};

const byToken = once((orm) =>
  orm
    .select()
    .from(buttons)
    .where(eq(buttons.token, sql.placeholder('token')))
    .prepare(),
);

/** What a token means, or undefined for one we never gave out. */
export const buttonByToken = ({ db }: Ledger, token: string): ButtonRow | undefined =>
  byToken(db).get({ token });

/** The button with this meaning on the card that stands in this place as the change is now; undefined where none does. */
export const shownButton = (
  ledger: Ledger,
  change: Change,
  verb: Verb,
  place: Place,
): ButtonRow | undefined => {
  const copy = copyAt(ledger, change.id, place);
  if (!copy?.message || copy.gone === 1 || copy.shown !== change.version) return undefined;
  const plan = 'plan' in change.state ? change.state.plan : null;
  const meaning = { change: change.id, verb, plan };
  return ledger.db.orm.select().from(buttons).where(means(meaning, place)).get();
};
