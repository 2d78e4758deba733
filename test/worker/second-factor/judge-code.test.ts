import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import {
  enrolFactor,
  enrolledPeople,
  LOCKED_FOR,
  MISSES_WITHIN,
  MOST_WRONG,
  removeFactor,
  wasAccepted,
} from '#db/journal/factors';
import { hashPlan, storePlan } from '#db/journal/plans';
import { immediate, openDatabase } from '#db/open';
import { PersonId } from '#policies/ids';
import type { CodeUse, CodeVerdict } from '#policies/second-factor';
import { changeId, samplePlan, tempJournal } from '#test/db/journal/sample';
import { judgeCode } from '#worker/second-factor/judge-code';
import { codeAt, RFC_SECRET as SECRET, wrongCodeAt } from './authenticator.ts';

const ada = PersonId.parse('ada');
const START = 1_800_000_000_000;
const STEP = 30_000;
const plan = samplePlan('a');
const hash = hashPlan(plan);

describe('The worker, to a code,', () => {
  let now = START;
  let temp: ReturnType<typeof tempJournal>;
  beforeEach(() => {
    now = START;
    temp = tempJournal(() => now);
    storePlan(temp.journal, 'job', plan);
    enrolFactor(temp.journal, { person: ada, secret: SECRET, step: 0 });
  });
  afterEach(() => temp.close());

  const use = (code: string, rest: Partial<Extract<CodeUse, { use: 'agree' }>> = {}): CodeUse => ({
    use: 'agree',
    worker: 'node.home.pve1',
    person: ada,
    code,
    change: plan.change,
    plan: hash,
    nonce: 'n',
    expires: now + 1,
    ...rest,
  });
  const say = (asked: CodeUse): CodeVerdict =>
    immediate(temp.journal.db, () => judgeCode(temp.journal, asked));
  const right = (rest = {}) => use(codeAt(SECRET, now), rest);
  const wrong = () => use(wrongCodeAt(SECRET, now));
  const accepted = (of = hash) => wasAccepted(temp.journal, { change: plan.change, hash: of, person: ada });

  it('says accepted once, and then used, also after a restart', () => {
    assert.equal(say(right()), 'accepted');
    assert.equal(accepted(), true);
    assert.equal(say(right()), 'used');
    const { path } = temp.journal.db;
    temp.journal.db.close();
    const db = openDatabase({ path, migrations: 'journal', now: () => now });
    temp = { ...temp, journal: { ...temp.journal, db }, close: temp.close };
    assert.equal(say(right()), 'used');
    assert.equal(accepted(), true);
    db.close();
  });

  it('says used to a code that is older than one it took', () => {
    const before = codeAt(SECRET, now - STEP);
    assert.equal(say(right()), 'accepted');
    assert.equal(say(use(before)), 'used');
    now += STEP;
    assert.equal(say(right()), 'accepted');
  });

  it('accepts a step at most once, whatever is sent in which order and however the clock jumps', () => {
    const sends = fc.array(
      fc.record({ clock: fc.integer({ min: -4, max: 4 }), step: fc.integer({ min: -2, max: 2 }) }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(sends, (all) => {
        removeFactor(temp.journal, ada);
        enrolFactor(temp.journal, { person: ada, secret: SECRET, step: 0 });
        const taken: string[] = [];
        for (const { clock, step } of all) {
          now += clock * STEP;
          const code = codeAt(SECRET, now + step * STEP);
          if (say(use(code)) === 'accepted') taken.push(code);
        }
        assert.equal(new Set(taken).size, taken.length);
      }),
      { numRuns: 100 },
    );
  });

  it('says other-plan where it holds another, accepts nothing and uses the code up', () => {
    const other = hashPlan(samplePlan('a', { name: 'later' }));
    assert.equal(say(right({ plan: other })), 'other-plan');
    assert.equal(accepted(other), false);
    assert.equal(say(right()), 'used');
    now += STEP;
    assert.equal(say(right({ change: changeId('b') })), 'other-plan');
    now += STEP;
    assert.equal(say(right()), 'accepted');
    assert.equal(accepted(other), false);
  });

  it(`locks after ${MOST_WRONG} wrong ones, whatever comes, and for no longer than it says`, () => {
    for (let no = 1; no < MOST_WRONG; no++) assert.equal(say(wrong()), 'wrong');
    assert.equal(say(wrong()), 'locked');
    assert.equal(say(right()), 'locked');
    now += LOCKED_FOR - 1;
    assert.equal(say(right()), 'locked');
    now += 1;
    assert.equal(say(right()), 'accepted');
  });

  it('forgets wrong ones that are long ago, and a right one in between does not', () => {
    for (let no = 2; no < MOST_WRONG; no++) say(wrong());
    assert.equal(say(right()), 'accepted');
    assert.equal(say(wrong()), 'wrong');
    assert.equal(say(wrong()), 'locked');
    now += LOCKED_FOR + MISSES_WITHIN;
    for (let no = 1; no < MOST_WRONG; no++) assert.equal(say(wrong()), 'wrong');
    now += MISSES_WITHIN;
    assert.equal(say(wrong()), 'wrong');
  });

  it('locks one person and nobody else', () => {
    const ivan = PersonId.parse('ivan');
    enrolFactor(temp.journal, { person: ivan, secret: 'GEZDGNBVGY3TQOJQ', step: 0 });
    for (let no = 0; no < MOST_WRONG; no++) say(wrong());
    const his = use(codeAt('GEZDGNBVGY3TQOJQ', now), { person: ivan });
    assert.equal(say(his), 'accepted');
  });

  it('tells somebody whom it does not know always the same, and counts nothing', () => {
    const omar = PersonId.parse('omar');
    for (let no = 0; no < 2 * MOST_WRONG; no++)
      assert.equal(say({ ...wrong(), person: omar }), 'not-enrolled');
    assert.equal(say({ ...right(), person: omar }), 'not-enrolled');
    assert.equal(temp.journal.db.sqlite.prepare('SELECT count(*) FROM code_misses').pluck().get(), 0);
  });

  it('makes a code worthless that others could read, and counts no wrong one for it', () => {
    const { worker, person, code, expires } = right();
    for (let no = 0; no < 2 * MOST_WRONG; no++)
      say({ use: 'spoil', worker, person, code: wrongCodeAt(SECRET, now), expires });
    assert.equal(say({ use: 'spoil', worker, person, code, expires }), 'used');
    assert.equal(accepted(), false);
    assert.equal(say(right()), 'used');
  });

  it('knows nothing any more of a factor that was taken away, nor of what was agreed to by it', () => {
    assert.equal(say(right()), 'accepted');
    assert.deepEqual(enrolledPeople(temp.journal), ['ada']);
    assert.equal(removeFactor(temp.journal, ada), true);
    assert.equal(removeFactor(temp.journal, ada), false);
    assert.deepEqual([accepted(), say(right()), enrolledPeople(temp.journal)], [false, 'not-enrolled', []]);
    const { folder, journal } = temp;
    journal.db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
    const files = ['journal.db', 'journal.db-wal'].map((name) => join(folder, name)).filter(existsSync);
    assert.ok(files.length > 0 && !files.some((file) => readFileSync(file).includes(SECRET)));
  });
});
