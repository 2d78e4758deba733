import assert from 'node:assert/strict';
import { it } from 'node:test';
import { riskOfLabels, ScriptLabel } from '#policies/script-label';

it('a script is at least of medium risk, and of the highest that its labels say', () => {
  assert.equal(riskOfLabels([]), 'medium');
  assert.equal(riskOfLabels(['asks']), 'medium');
  assert.equal(riskOfLabels(['packages', 'power']), 'high');
  assert.equal(riskOfLabels(['power', 'wipes-disk', 'asks']), 'critical');
});

it('the name of a label is read, and no other word', () => {
  assert.equal(ScriptLabel.parse('power'), 'power');
  assert.equal(ScriptLabel.safeParse('toString').success, false);
});
