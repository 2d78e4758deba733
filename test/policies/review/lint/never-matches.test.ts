import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contradiction } from '#policies/review/lint/never-matches';
import { Match } from '#policies/rules/match';

const fields = (match: object): readonly string[] => contradiction(Match.parse(match));

const about = (...action: readonly string[]) => ({ action });
const [STOP, RECIPE, UNDO, RULES] = [
  about('guest.stop'),
  about('host.recipe'),
  about('change.undo'),
  about('rules.change'),
];
const fact = (facts: object) => ({ fact: facts });

describe('A match', () => {
  const fitting: readonly object[] = [
    RULES,
    { ...STOP, vmid: [101], site: ['home'], node: ['pve1'], pool: ['db'], tag: ['prod'] },
    { ...RECIPE, site: ['home'], node: ['pve1'] },
    { ...UNDO, vmid: [101] },
    { ...UNDO, ...fact({ power: ['none'] }) },
    { ...STOP, risk: ['low', 'critical'] },
    { ...STOP, role: ['viewer', 'operator'] },
    fact({ quorum: ['yes'] }),
    { ...STOP, ...fact({ power: ['none', 'running'] }) },
    { ...STOP, ...fact({ power: ['running'], quorum: ['no'] }) },
    { ...RECIPE, ...fact({ power: ['none'], guest_kind: ['none'], last_backup: ['none'] }) },
    { ...RECIPE, ...fact({ quorum: ['yes'] }) },
    { ...about('rules.change', 'guest.stop'), pool: ['db'] },
  ];
  for (const match of fitting)
    it(`fits a request: ${JSON.stringify(match)}`, () => assert.deepEqual(fields(match), []));

  const never: readonly (readonly [object, readonly string[]])[] = [
    [{ ...RULES, site: ['home'] }, ['action', 'site']],
    [{ ...RULES, node: ['pve1'] }, ['action', 'node']],
    [{ ...RULES, pool: ['db'] }, ['action', 'pool']],
    [{ ...RULES, tag: ['prod'] }, ['action', 'tag']],
    [{ ...RULES, vmid: [101] }, ['action', 'vmid']],
    [
      { ...RECIPE, vmid: [101], group: ['net'], platform: ['console'], mode: ['standard'] },
      ['action', 'vmid'],
    ],
    [{ ...RULES, ...fact({ quorum: ['yes'] }) }, ['action', 'fact']],
    [{ ...STOP, ...fact({ power: ['none'] }) }, ['action', 'fact']],
    [{ ...STOP, ...fact({ guest_kind: ['none'] }) }, ['action', 'fact']],
    [{ ...STOP, ...fact({ power: ['running'], last_backup: ['none'] }) }, ['action', 'fact']],
    [{ ...RECIPE, ...fact({ power: ['running'] }) }, ['action', 'fact']],
    [{ ...RECIPE, ...fact({ guest_kind: ['qemu'], power: ['none'] }) }, ['action', 'fact']],
    [{ ...RECIPE, ...fact({ last_backup: ['older'] }) }, ['action', 'fact']],
    [{ ...STOP, risk: ['medium'] }, ['action', 'risk']],
    [{ ...RULES, role: ['operator'] }, ['action', 'role']],
  ];
  for (const [match, expected] of never)
    it(`fits none: ${JSON.stringify(match)}`, () => assert.deepEqual(fields(match), expected));
});
