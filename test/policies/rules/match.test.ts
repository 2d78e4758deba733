import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complaint, first, matching } from './file.ts';

describe('What a rule is about', () => {
  it('is at least one thing, of which each is a list that is not empty', () => {
    assert.equal(
      complaint(matching({})),
      'rules.0.match: at least one of action, risk, site, node, vmid, pool, tag, role, group, platform, mode, fact',
    );
    const fields = [
      'action',
      'risk',
      'site',
      'node',
      'vmid',
      'pool',
      'tag',
      'role',
      'group',
      'platform',
      'mode',
    ];
    for (const field of fields)
      assert.equal(complaint(matching({ [field]: [] })), `rules.0.match.${field}: at least 1 entries`);
    for (const field of ['pool', 'tag', 'platform'])
      assert.equal(complaint(matching({ [field]: [''] })), `rules.0.match.${field}.0: at least 1 characters`);
  });

  it('may be a guest or all guests from one number to another, both included', () => {
    const { match } = first(matching({ vmid: [101, '100-199'] }));
    assert.deepEqual(match.vmid, [
      { from: 101, to: 101 },
      { from: 100, to: 199 },
    ]);
  });
});
