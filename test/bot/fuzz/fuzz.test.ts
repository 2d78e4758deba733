import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dice, seedOfRun } from '../../flow/dice.ts';
import { mutated } from './mutate.ts';
import { PLATFORMS, type Row } from './platforms.ts';

const EVENTS = 100_000;
const seed = seedOfRun();

/** What became of one payload; throws where it became what it must not. */
const judge = ({ read, beside, signed, allowed }: Row, raw: unknown): string => {
  beside(raw);
  const intent = read(raw);
  if ('dropped' in intent) return intent.dropped;
  const { who, token } = signed(raw, intent);
  assert.equal(intent.account.id, who, 'the account is not the one in the signed place');
  assert.ok(allowed(raw, intent), 'it came from a place that is not allowed');
  if (intent.does.what === 'press')
    assert.equal(intent.does.token, token, 'the token is not the pressed one');
  assert.equal(JSON.stringify(JSON.parse(JSON.stringify(intent))), JSON.stringify(intent));
  return intent.does.what;
};

for (const row of PLATFORMS)
  test(`${row.name}: of ${EVENTS.toLocaleString('en')} mutated events none throws, and none becomes an act of anybody or anywhere but its signed sender, in an allowed place`, (t) => {
    t.diagnostic(`QUORATE_SEED=${seed}`);
    const random = dice(seed);
    const became = new Map<string, number>();
    for (let event = 0; event < EVENTS; event += 1) {
      const raw = mutated(random, row.recorded, row.others);
      try {
        const what = judge(row, raw);
        became.set(what, (became.get(what) ?? 0) + 1);
      } catch (error) {
        throw new Error(`QUORATE_SEED=${seed}, event ${event}: ${JSON.stringify(raw)}`, { cause: error });
      }
    }
    t.diagnostic(JSON.stringify(Object.fromEntries(became)));
    assert.deepEqual(Object.keys(Object.prototype), [], 'nothing of all objects was changed');
    // A fuzz that never gets past the door, or through no door but one, proves nothing.
    for (const what of ['line', 'press', 'malformed', 'chat-not-allowed', 'bot'])
      assert.ok((became.get(what) ?? 0) > 100, `${what}: ${became.get(what)}`);
  });
