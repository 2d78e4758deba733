import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { commonOpening } from '#policies/calendar/common-opening';
import { answerBy, beginning, cannotBegin, GRACE, leaveToBegin } from '#policies/decide/beginning';
import { DEFAULTS, type Terms } from '#policies/decide/decision';
import { Rules } from '#policies/rules/schema';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The night in which clocks in Berlin go back. */
const NIGHT = Date.parse('2026-10-24T20:00Z');

const termsOf = (more: Partial<Terms> = {}): Terms => ({
  needs: [{ count: 1, role: 'admin' }],
  ...DEFAULTS,
  cooldown: 0,
  revert: null,
  secondFactor: false,
  glass: null,
  reason: false,
  confirm: false,
  alone: false,
  windows: [],
  ...more,
});

const windowOf = (from: string, until: string, place = 'Europe/Berlin'): Terms['windows'] => {
  const windows = { night: { from, until } };
  const { zone, windows: read } = Rules.parse({ version: 1, zone: place, windows, rules: [] });
  return zone && read['night'] ? [{ name: 'night', window: read['night'], zone }] : assert.fail();
};

const quarter = fc
  .integer({ min: 0, max: 95 })
  .map((q) => `${String(q >> 2).padStart(2, '0')}:${['00', '15', '30', '45'][q & 3]}`);
const windows = fc.option(
  fc
    .tuple(quarter, quarter)
    .filter(([from, until]) => from !== until)
    .map(([from, until]) => windowOf(from, until)),
  { nil: [] },
);
const minutes = (max: number) => fc.integer({ min: 0, max }).map((count) => count * MINUTE);
const cases = fc.record({
  terms: fc
    .record({ cooldown: minutes(45), windows, expires: minutes(300).map((ms) => ms + MINUTE) })
    .map(termsOf),
  since: minutes(600).map((ms) => NIGHT + ms),
  wait: minutes(600),
});

/** Every minute in which it could begin, one by one: rested, due, within the grace, all windows open. */
const couldBegin = ({ cooldown, windows: all }: Terms, since: number, runAt: number): readonly number[] =>
  Array.from({ length: GRACE / MINUTE }, (_, no) => runAt + no * MINUTE).filter((moment) => {
    const opening = commonOpening(all, moment);
    const open = opening !== null && opening.from <= moment;
    return moment >= since + cooldown && open;
  });

describe('When something begins that is wanted at a set time', () => {
  it('is the first moment at which it may within a quarter of an hour, minute for minute, or never', () => {
    fc.assert(
      fc.property(cases, ({ terms, since, wait }) => {
        const runAt = since + wait;
        const [first] = couldBegin(terms, since, runAt);
        const begins = beginning(terms, { since, runAt });
        assert.equal(begins?.from, first);
        if (begins) assert.ok(begins.from < begins.until && begins.until <= runAt + GRACE);
      }),
      { numRuns: 1000 },
    );
  });

  it('can still be kept by whoever agrees last, and by nobody later', () => {
    fc.assert(
      fc.property(cases, ({ terms, since, wait }) => {
        const wanted = { since, runAt: since + wait };
        const begins = beginning(terms, wanted);
        if (!begins) return;
        const by = answerBy(terms, begins, wanted);
        assert.ok(since < by && by <= since + terms.expires);
        assert.ok(beginning(terms, { ...wanted, since: by - 1 }));
        if (by < since + terms.expires)
          assert.notEqual(beginning(terms, { ...wanted, since: by })?.until, begins.until);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused beforehand exactly where nobody could make it begin', () => {
    fc.assert(
      fc.property(cases, ({ terms, since, wait }) => {
        const wanted = { since, runAt: since + wait };
        const never = cannotBegin({ ...terms, voteValidFor: 24 * HOUR }, wanted, since);
        assert.equal(never === null, beginning(terms, wanted) !== null, never?.no);
      }),
      { numRuns: 500 },
    );
  });

  it('is refused where every vote would be too old by then, unless nobody has to vote', () => {
    const wanted = { since: NIGHT, runAt: NIGHT + 8 * HOUR };
    const short = termsOf({ voteValidFor: 7 * HOUR, expires: HOUR });
    assert.equal(cannotBegin(short, wanted, NIGHT)?.no, 'votes-too-old');
    assert.equal(cannotBegin({ ...short, voteValidFor: 7 * HOUR + 1 }, wanted, NIGHT), null);
    assert.equal(cannotBegin({ ...short, needs: [] }, wanted, NIGHT), null);
  });

  it('is refused with what holds it up: windows that never meet, that are closed then, or a rest that is too long', () => {
    const runAt = Date.parse('2026-10-25T12:00Z');
    const wanted = { since: NIGHT, runAt };
    const apart = [...windowOf('02:00', '03:00'), ...windowOf('05:00', '06:00')];
    assert.deepEqual(cannotBegin(termsOf({ windows: apart }), wanted, NIGHT), {
      no: 'never-opens',
      windows: ['night', 'night'],
    });
    const evening = termsOf({ windows: windowOf('18:00', '20:00') });
    assert.deepEqual(cannotBegin(evening, wanted, NIGHT), {
      no: 'closed-then',
      at: runAt,
      windows: ['night'],
      opens: Date.parse('2026-10-25T17:00Z'),
    });
    const rested = termsOf({ cooldown: 17 * HOUR });
    assert.deepEqual(cannotBegin(rested, wanted, NIGHT), {
      no: 'rests-beyond',
      at: runAt,
      cooldown: 17 * HOUR,
    });
    const short = termsOf({ voteValidFor: HOUR, expires: HOUR });
    assert.deepEqual(cannotBegin(short, wanted, NIGHT), { no: 'votes-too-old', at: runAt, holds: HOUR });
  });

  it('is closed then where its windows open after its quarter of an hour, and not where they open within it', () => {
    const opens = Date.parse('2026-10-25T17:00Z');
    const evening = termsOf({ windows: windowOf('18:00', '20:00') });
    const said = (runAt: number) => cannotBegin(evening, { since: NIGHT, runAt }, NIGHT)?.no ?? null;
    assert.deepEqual([said(opens - GRACE), said(opens - GRACE + 1)], ['closed-then', null]);
    const always = termsOf();
    assert.equal(cannotBegin(always, { since: NIGHT, runAt: opens }, NIGHT), null);
  });

  it('where no time is set, is refused only where the windows are never open together', () => {
    const wanted = { since: NIGHT, runAt: null };
    const apart = [...windowOf('02:00', '03:00'), ...windowOf('05:00', '06:00')];
    assert.deepEqual(cannotBegin(termsOf({ windows: apart }), wanted, NIGHT), {
      no: 'never-opens',
      windows: ['night', 'night'],
    });
    assert.equal(cannotBegin(termsOf({ windows: windowOf('18:00', '20:00') }), wanted, NIGHT), null);
    assert.equal(cannotBegin(termsOf({ expires: HOUR, voteValidFor: 1 }), wanted, NIGHT), null);
  });

  it('where no time is set, can be agreed to for as long as the rules say', () => {
    const terms = termsOf({ expires: 5 * HOUR, cooldown: HOUR, windows: windowOf('18:00', '20:00') });
    const wanted = { since: NIGHT, runAt: null };
    const begins = beginning(terms, wanted) ?? assert.fail();
    assert.equal(answerBy(terms, begins, wanted), NIGHT + 5 * HOUR);
    const closing = termsOf({ expires: 5 * HOUR, windows: windowOf('21:00', '23:00') });
    const soon = beginning(closing, wanted) ?? assert.fail();
    assert.equal(soon.until, NIGHT + HOUR);
    assert.equal(
      answerBy(closing, soon, wanted),
      NIGHT + 5 * HOUR,
      'whoever agrees later agrees to tomorrow',
    );
  });

  it('gets no leave where the rules of now would never let it begin at its time, open or not', () => {
    const runAt = Date.parse('2026-10-25T12:00Z');
    const agreed = beginning(termsOf(), { since: NIGHT, runAt }) ?? assert.fail();
    const evening = termsOf({ windows: windowOf('18:00', '20:00') });
    const open = Date.parse('2026-10-25T17:30Z');
    assert.equal(leaveToBegin(evening, agreed, { runAt, now: open }), null);
  });

  it('gets no leave in weeks in which windows of two zones do not meet, though they met when it was agreed to', () => {
    // New York is five hours behind Berlin from 8 to 29 March 2026, and six before and after.
    const both = [...windowOf('02:00', '03:00'), ...windowOf('21:00', '22:00', 'America/New_York')];
    const terms = termsOf({ windows: both });
    const met = Date.parse('2026-03-10T01:00Z');
    const agreed = beginning(terms, { since: met, runAt: null }) ?? assert.fail();
    assert.equal(leaveToBegin(terms, agreed, { runAt: null, now: met })?.until, met + 30 * MINUTE);
    assert.equal(leaveToBegin(terms, agreed, { runAt: null, now: met + 31 * 24 * HOUR }), null);
  });

  it('gets its leave in its time only, and none beyond the window', () => {
    const terms = termsOf({ windows: windowOf('02:00', '02:40') });
    const runAt = Date.parse('2026-11-26T01:30Z');
    const agreed = beginning(terms, { since: NIGHT, runAt }) ?? assert.fail();
    assert.equal(agreed.until, runAt + 10 * MINUTE);
    assert.equal(leaveToBegin(terms, agreed, { runAt, now: runAt - 1 }), null);
    assert.deepEqual(leaveToBegin(terms, agreed, { runAt, now: runAt }), {
      until: agreed.until,
      finishBy: null,
    });
    assert.equal(leaveToBegin(terms, agreed, { runAt, now: agreed.until }), null);
  });
});
