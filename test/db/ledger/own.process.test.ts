import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { it } from 'node:test';
import { queryAudit } from '#db/audit/query';
import { changeByNo } from '#db/ledger/change-rows';
import { openChange } from '#db/ledger/changes';
import { LEDGER } from '#db/ledger/own/own';
import { planOwn } from '#db/ledger/own/plan-own';
import { rulesNow } from '#db/ledger/rules-in-force';
import { waitingRules } from '#db/ledger/rules-seen';
import { takeRules } from '#db/ledger/take-rules';
import { ok } from '#policies/result';
import { LAUNCHER } from '#test/fixture/launcher';
import { ruleFile } from '../../policies/decide/asked.ts';
import { ada, EVERYBODY } from '../../policies/people.ts';
import { openStage, type Stage } from './stage.ts';

const CHILD = join(import.meta.dirname, 'own-crash-child.ts');
const everything = { risk: ['low', 'medium', 'high', 'critical'] };
const asking = (need: readonly object[]) => ruleFile([{ id: 'all', match: everything, need }]);
const ONE = asking([{ count: 1, role: 'admin' }]);

const askForLooser = (stage: Stage): string => {
  takeRules(stage.ledger, ok(ONE), []);
  takeRules(stage.ledger, ok(asking([])), []);
  const digest = waitingRules(stage.ledger);
  assert.ok(digest);
  const place = { platform: 'test', chat: 'ops' };
  const change = openChange(
    stage.ledger,
    {
      action: 'rules.change',
      target: { kind: 'rules' },
      params: { digest },
      requester: ada.id,
      chat: place,
      worker: LEDGER,
      rules: stage.authority.digest,
      undoes: null,
      reason: null,
      runAt: null,
      watchers: [place],
    },
    { person: ada.id },
  );
  planOwn(stage.ledger, stage.authority, change.id);
  return digest;
};

const vote = (stage: Stage, at: number) =>
  spawnSync(LAUNCHER, [CHILD, stage.path, 'ivan', String(at), String(stage.ledger.now())]);

it('a change of Quorate itself that is killed between the last vote and its effect is done once or not at all', () => {
  const stage = openStage(EVERYBODY, ONE);
  try {
    const after = askForLooser(stage);
    let kills = 0;
    for (let at = 1; changeByNo(stage.ledger, 1)?.state.state === 'awaiting'; at += 3) {
      const { signal, status, stderr } = vote(stage, at);
      if (signal === 'SIGKILL') kills += 1;
      else assert.equal(status, 0, String(stderr));
      // What another process wrote is seen by whoever opens the file after it, as the bot does that holds it.
      stage.restart();
      const done = changeByNo(stage.ledger, 1)?.state.state === 'succeeded';
      assert.equal(rulesNow(stage.ledger)?.digest === after, done);
      assert.equal(done, signal !== 'SIGKILL');
    }
    assert.ok(kills >= 3, `it was killed at ${kills} places`);
    const inForce = queryAudit(stage.ledger.db, { kind: 'rules.in-force', limit: 10 });
    assert.equal(inForce.length, 2);
  } finally {
    stage.close();
  }
});
