import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDiff } from '#bot/cards/plan-diff';
import { wordsOf } from '#bot/cards/words';
import type { Effect, FileState } from '#policies/effect';
import { samplePlan } from './sample.ts';

const file = (content: string): FileState => ({ content, sha256: content, mode: 0o644, uid: 0, gid: 0 });

test('a change of the network is shown as its file and as what becomes of devices and routes', () => {
  const effect: Effect = {
    kind: 'network',
    tx: 'a',
    way: 'there',
    before: { interfaces: file('iface vmbr0\n\taddress 192.0.2.10/24\n'), pending: null },
    after: { interfaces: file('iface vmbr0\n\taddress 192.0.2.11/24\n'), pending: null },
    revertAfter: 300,
    path: null,
    diff: [{ key: 'device vmbr0', before: 'up, 192.0.2.10/24', after: 'up, 192.0.2.11/24' }],
  };
  const shown = planDiff({ ...samplePlan, effects: [effect] }, wordsOf('en')).split('\n');
  assert.deepEqual(shown.slice(-4), [
    '-\taddress 192.0.2.10/24',
    '+\taddress 192.0.2.11/24',
    '-device vmbr0: up, 192.0.2.10/24',
    '+device vmbr0: up, 192.0.2.11/24',
  ]);
  assert.ok(shown.some((line) => line.includes('/etc/network/interfaces')));
});
