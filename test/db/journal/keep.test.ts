import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { executionOf } from '#db/journal/execution';
import { callBack, expire, keepDone } from '#db/journal/keep';
import { planOf } from '#db/journal/plans';
import type { Revert } from '#policies/change/revert';
import { PersonId } from '#policies/ids';
import { rig } from '../../worker/jobs/rig.ts';
import { changeId } from './sample.ts';

const a = changeId('a');
const ada = PersonId.parse('ada');
const AFTER = 60_000;
const BY_ANYONE: Revert = { after: AFTER, keepBy: 'anyone_who_may_approve' };

describe('The word of a person and the deadline', () => {
  it('race for one write: whatever comes in whatever order, one wins, the first that was in time', async () => {
    const moves = fc.array(
      fc.record({
        does: fc.constantFrom('keep', 'revert', 'deadline'),
        wait: fc.constantFrom(0, 1, AFTER - 1, AFTER),
      }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(moves, async (list) => {
        let clock = Date.now();
        const r = rig({}, () => clock);
        try {
          r.wants({ '/etc/x': 'new\n' });
          await r.plan(a);
          await r.send({ job: 'run', change: a, ticket: r.ticket(a, { revert: BY_ANYONE }) });
          const deadline = clock + AFTER;
          const plan = planOf(r.journal, a)?.hash ?? assert.fail();
          const word = (choice: 'keep' | 'revert') => ({
            choice,
            change: a,
            worker: r.journal.address,
            plan,
            by: ada,
          });
          const DOES = {
            keep: () => keepDone(r.journal, 'job', word('keep')),
            revert: () => callBack(r.journal, 'job', word('revert')),
            deadline: () => expire(r.journal, a),
          };
          let won: string | null = null;
          for (const { does, wait } of list) {
            clock += wait;
            const inTime = does === 'deadline' ? clock >= deadline : clock < deadline;
            const wins = DOES[does as keyof typeof DOES](); // one of its keys, by the arbitrary above
            assert.equal(wins, won === null && inTime, `${does} at ${clock - deadline}`);
            if (wins) won = does;
          }
          const { state, outcome } = executionOf(r.journal, a) ?? assert.fail();
          const expected = { keep: 'done', revert: 'reverting', deadline: 'reverting' };
          assert.equal(state, won === null ? 'confirming' : expected[won as keyof typeof expected]); // as above
          assert.equal(outcome?.end, won === 'keep' ? 'succeeded' : undefined);
        } finally {
          r.close();
        }
      }),
      { numRuns: 60 },
    );
  });
});
