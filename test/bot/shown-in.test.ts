import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import { changeByNo, latestChanges } from '#db/ledger/change-rows';
import { Scope } from '#policies/scope';
import { openChatWorld, type Pools, type Posted, textOf } from './chat-world.ts';

const WEB = Scope.parse({ pools: [{ site: 'home', pool: 'web' }], guests: [] });
const SHOP = Scope.parse({ pools: [{ site: 'home', pool: 'shop' }], guests: [] });
const site = (...rows: [number, string][]): Pools => new Map(rows);
const HERE = site([101, 'web'], [102, 'shop'], [103, '']);

describe('a chat that sees some guests', () => {
  let world: ReturnType<typeof openChatWorld>;
  beforeEach(() => {
    world = openChatWorld(WEB);
    world.look(HERE);
  });
  afterEach(() => world.close());
  const inSome = (): readonly Posted[] => world.posted.filter(({ chat }) => chat === 'some');
  const last = (chat: string): Posted =>
    world.posted.findLast((one) => one.chat === chat) ?? assert.fail(chat);

  it('gets the cards of those, and those that see everything get all', async () => {
    world.say('omar', 'all', '/stop 101');
    world.say('omar', 'all', '/stop 102');
    await world.deliver();
    assert.match(
      inSome()
        .map(({ card }) => textOf(card))
        .join('\n'),
      /name-101/,
    );
    assert.doesNotMatch(
      inSome()
        .map(({ card }) => textOf(card))
        .join('\n'),
      /102/,
    );
    assert.equal(new Set(world.posted.map(({ message }) => message)).size, 3);
  });

  it('is no place to ask for a change of others: the no is private and says where to ask, and nothing is opened', async () => {
    for (const line of ['/stop 102', '/stop 103', '/restart pve1 pveproxy', '/role vera operator']) {
      const said = world.say(line.includes('stop') ? 'omar' : 'ada', 'some', line);
      assert.match(said, /Not everybody who reads this chat may see .* private chat/, line);
    }
    assert.equal(latestChanges(world.stage.ledger, 10).length, 0);
    assert.match(world.say('omar', 'omar', '/stop 102'), /#1/);
    await world.deliver();
    assert.deepEqual(inSome(), []);
  });

  it('is answered in private, whatever the person who asks may see', () => {
    assert.match(world.say('omar', 'some', '/guests'), /102 name-102/);
    world.say('omar', 'all', '/stop 102');
    world.plan();
    assert.match(world.say('omar', 'some', '/why 1'), /#1/);
    assert.match(world.say('ada', 'some', '/approve 1'), /was not shown in this chat/);
  });

  it('has a card taken away whose guest came to be in another pool, and no press on it counts from then on', async () => {
    world.say('omar', 'all', '/stop 101');
    world.plan();
    await world.deliver();
    const before = last('some');
    world.look(site([101, 'shop'], [102, 'shop']));
    assert.match(world.press('ada', before, 'Approve'), /no longer works/);
    await world.deliver();
    assert.equal(last('some').message, before.message);
    assert.match(textOf(last('some').card), /may not see/);
    assert.deepEqual(last('some').card.buttons, []);
    assert.match(world.press('ada', before, 'Approve'), /no longer works/);
    assert.equal(changeByNo(world.stage.ledger, 1)?.state.state, 'awaiting');
    assert.match(world.press('ada', last('all'), 'Approve'), /begins|Agreed|agreed/);
  });

  it('has cards taken away that it may not see by the configuration of now', async () => {
    world.say('omar', 'some', '/stop 101');
    await world.deliver();
    world.configure(SHOP);
    await world.deliver();
    assert.match(textOf(last('some').card), /may not see/);
    const count = inSome().length;
    world.say('omar', 'all', '/withdraw 1');
    await world.deliver();
    assert.equal(inSome().length, count);
  });

  it('reads to the end what it read the beginning of, where the guest is gone or nothing can be read', async () => {
    world.say('omar', 'some', '/stop 101');
    await world.deliver();
    world.look(null);
    world.say('omar', 'some', '/withdraw 1');
    await world.deliver();
    assert.match(textOf(last('some').card), /withdrew/);
  });

  it('gets a card that could not be placed for a while once it can, and one whose change is over never', async () => {
    world.say('omar', 'all', '/stop 101');
    world.look(null);
    await world.deliver();
    assert.deepEqual(inSome(), []);
    world.look(HERE);
    await world.deliver();
    assert.match(textOf(last('some').card), /name-101|101/);
    world.say('omar', 'all', '/withdraw 1');
    world.say('omar', 'all', '/start 101');
    world.say('omar', 'all', '/withdraw 2');
    world.look(null);
    await world.deliver();
    world.look(HERE);
    await world.deliver();
    assert.ok(inSome().every(({ card }) => !textOf(card).includes('#2')));
  });

  it('is told nothing of rules and people', async () => {
    const digest = 'a'.repeat(64);
    world.notice({ notice: 'rules-first', digest });
    world.notice({ notice: 'account-linked', account: 'test::kim', person: 'kim', by: 'ada' });
    world.notice({ notice: 'person-disabled', person: 'kim', by: 'ada', reason: 'left' });
    await world.deliver();
    assert.deepEqual(inSome(), []);
    assert.equal(world.posted.length, 3);
  });
});

const SITE = { site: 'home' } as const;
const someScope = fc
  .record({
    pools: fc.uniqueArray(fc.constantFrom('web', 'shop', 'lab'), { maxLength: 2 }),
    guests: fc.array(fc.record({ from: fc.integer({ min: 100, max: 106 }), more: fc.nat(2) }), {
      maxLength: 2,
    }),
  })
  .map(({ pools: names, guests }) =>
    Scope.parse({
      pools: names.map((pool) => ({ ...SITE, pool })),
      guests: guests.map(({ from, more }) => ({ ...SITE, from, to: from + more })),
    }),
  );
const VMIDS = [100, 101, 102, 103, 104, 105];
const somePools = fc
  .tuple(...VMIDS.map((vmid) => fc.tuple(fc.constant(vmid), fc.constantFrom('web', 'shop', 'lab', ''))))
  .map((rows): Pools => new Map(rows));
const somewhere = fc.constantFrom('all', 'some', 'omar');
const someStep = fc.oneof(
  { weight: 5, arbitrary: fc.record({ ask: fc.constantFrom(...VMIDS), where: somewhere }) },
  { weight: 2, arbitrary: fc.record({ end: fc.integer({ min: 1, max: 6 }), where: somewhere }) },
  { weight: 2, arbitrary: fc.record({ look: fc.option(somePools, { freq: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ glass: fc.integer({ min: 1, max: 6 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ own: fc.constantFrom('/role vera operator', '/scope vera guest=104') }),
  },
);
type Step = typeof someStep extends fc.Arbitrary<infer T> ? T : never;

/** Is this guest one that the chat may see, by a reading of the scope that is not the product's? */
const isSeen = (scope: Scope, vmid: number, pool: string): boolean =>
  scope === 'everything' ||
  scope.guests.some(({ from, to }) => from <= vmid && vmid <= to) ||
  scope.pools.some((one) => one.pool === pool);

type Played = {
  readonly posted: readonly Posted[];
  readonly stood: ReadonlyMap<string, string>;
  readonly pools: Pools;
};

/** Digits of a plan's hash are no guest's number. */
const withoutHashes = (text: string): string => text.replaceAll(/[0-9a-f]{12}…/g, '…');

/** Plays one step; `stood`: the messages that were there before, as they read by then. */
const play = async (world: ReturnType<typeof openChatWorld>, step: Step, before: Pools): Promise<Played> => {
  const stood = new Map(
    world.posted
      .filter(({ chat }) => chat === 'some')
      .map(({ message, card }) => [message, withoutHashes(textOf(card))] as const),
  );
  const from = world.posted.length;
  if ('ask' in step) world.say('omar', step.where, `/stop ${step.ask}`);
  if ('end' in step) world.say('omar', step.where, `/withdraw ${step.end}`);
  if ('look' in step) world.look(step.look);
  if ('own' in step) world.say('ada', 'all', step.own);
  const change = 'glass' in step ? changeByNo(world.stage.ledger, step.glass) : undefined;
  if (change) world.notice({ notice: 'glass-broken', change: change.id });
  world.plan();
  await world.deliver();
  return { posted: world.posted.slice(from), stood, pools: 'look' in step ? step.look : before };
};

const assertSeen = (scope: Scope, { stood, pools: now }: Played, { message, card }: Posted): void => {
  const text = withoutHashes(textOf(card));
  assert.doesNotMatch(text, /vera|kim/);
  for (const vmid of VMIDS.filter((one) => text.includes(String(one)))) {
    const pool = now?.get(vmid);
    // Where nothing can be read, what stood there already may be told the end of, and what became of it.
    const stands = stood.has(message) || [...stood.values()].some((one) => one.includes(String(vmid)));
    const mayEnd = pool === undefined && stands;
    assert.ok(mayEnd || isSeen(scope, vmid, pool ?? '-'), `${vmid} in ${JSON.stringify(scope)}: ${text}`);
  }
};

describe('over arbitrary scopes, changes, notices and moves between pools', () => {
  it('nothing is posted in a chat about a guest that it does not see', async () => {
    let shown = 0;
    const story = async (scope: Scope, first: Pools, steps: readonly Step[]): Promise<void> => {
      const world = openChatWorld(scope);
      world.look(first);
      let pools = first;
      for (const step of steps) {
        const played = await play(world, step, pools);
        const there = played.posted.filter(({ chat }) => chat === 'some');
        for (const one of there) assertSeen(scope, played, one);
        shown += there.length;
        pools = played.pools;
      }
      world.close();
    };
    const someSteps = fc.array(someStep, { minLength: 3, maxLength: 12 });
    await fc.assert(fc.asyncProperty(someScope, somePools, someSteps, story), { numRuns: 25 });
    assert.ok(shown > 25, `${shown} cards were looked at`);
  });
});
