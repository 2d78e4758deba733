import assert from 'node:assert/strict';
import type { Role } from '#policies/person';
import type { Risk } from '#policies/risk';
import type { Ticket } from '#policies/ticket';
import type { Asks, Book, Place } from './rule-books.ts';
import type { Word, World } from './world.ts';

const RANK: { readonly [R in Role]: number } = { viewer: 0, operator: 1, admin: 2 };

type Voter = readonly [id: string, word: Word];

const takes = ({ people, book }: World, id: string, place: Place): boolean =>
  place === 'net' ? book.net.includes(id) : RANK[people.get(id)?.role ?? 'viewer'] >= RANK[place];

/** Can these voters take the places, each one? Every way is tried. */
const fill = (world: World, [first, ...rest]: readonly Place[], voters: readonly Voter[]): boolean =>
  first === undefined ||
  voters.some(
    (voter) =>
      takes(world, voter[0], first) &&
      fill(
        world,
        rest,
        voters.filter((other) => other !== voter),
      ),
  );

/** Those whose word on this plan still counts: not too old for either file, not switched off, never who asked. */
const votersOf = (world: World, ticket: Ticket, books: readonly Book[]): readonly Voter[] => {
  const now = world.stage.ledger.now();
  const valid = Math.min(...books.map(({ voteValidFor }) => voteValidFor));
  return [...(world.votes.get(ticket.plan) ?? [])].filter(
    ([id, { at }]) => id !== ticket.requester && !world.people.get(id)?.disabled && now < at + valid,
  );
};

const assertAsked = (world: World, ticket: Ticket, asks: Asks, voters: readonly Voter[]): void => {
  const counting = asks.typed ? voters.filter(([, { typed }]) => typed) : voters;
  const said = `${ticket.risk} needs ${asks.places.join(' and ')}; there were ${counting.map(([id]) => id).join()}`;
  assert.ok(fill(world, asks.places, counting), said);
  if (asks.typed) assert.ok(counting.length > 0 || world.confirmed.has(ticket.plan), 'the target was typed');
  const since = world.agreedAt.get(ticket.plan) ?? assert.fail('the plan was agreed to');
  assert.ok(world.stage.ledger.now() >= since + (asks.rest ?? 0), 'it rested');
};

/** What a site that is set to production asks for beside its rules; a critical action has to be named by one of these. */
const PRODUCTION: { readonly [R in Risk]: Asks | null } = {
  low: { asker: 'operator', places: [] },
  medium: { asker: 'operator', places: ['operator'] },
  high: { asker: 'operator', places: ['admin'], typed: true },
  critical: null,
};

const assertMode = (world: World, ticket: Ticket, voters: readonly Voter[]): void => {
  const set = [...world.modes.values()];
  assert.ok(!set.includes('read_only'), 'nothing begins while it is read-only');
  if (!set.includes('production')) return;
  assertAsked(world, ticket, PRODUCTION[ticket.risk] ?? assert.fail('no rule names this action'), voters);
};

/** What has just begun was agreed to by enough different people under the rules of then and of now, and nothing holds it. */
export const assertAgreed = (world: World, ticket: Ticket): void => {
  const { stage, people, freezes } = world;
  const requester = people.get(ticket.requester) ?? assert.fail('somebody asked for it');
  const books = [world.askedUnder.get(ticket.change) ?? assert.fail('it was asked for'), world.book];
  const voters = votersOf(world, ticket, books);
  assert.ok(!requester.disabled, 'who asked may still ask');
  assert.ok(!freezes.some(({ until }) => stage.ledger.now() < until), 'nothing is frozen');
  assert.ok(ticket.expires > stage.ledger.now());
  for (const book of books) {
    const asks = book.asks(ticket.risk, requester.role) ?? assert.fail(`a rule says no to ${ticket.risk}`);
    assert.ok(RANK[requester.role] >= RANK[asks.asker], 'who asked may still ask for this');
    assertAsked(world, ticket, asks, voters);
  }
  assertMode(world, ticket, voters);
  for (const { person } of ticket.votes)
    assert.ok(
      voters.some(([id]) => id === person),
      `the word of ${person} in the ticket counts`,
    );
};
