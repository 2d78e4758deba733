import assert from 'node:assert/strict';
import { it } from 'node:test';
import { viewsOf } from '#policies/review/wish';
import { ruleFile } from '../decide/asked.ts';

it('files that see people in other groups, or sites in other modes, each get a look of their own', () => {
  const plain = ruleFile([]);
  const others = [
    { groups: { net: ['ada'] } },
    { groups: { net: ['omar'] } },
    { mode: 'production' },
    { sites: { home: { mode: 'production' } } },
  ].map((rest) => ruleFile([], rest));
  assert.deepEqual(viewsOf([plain, ...others]), [plain, ...others]);
  assert.deepEqual(viewsOf([plain, ruleFile([{ id: 'a', match: { risk: ['low'] }, need: [] }])]).length, 1);
});
