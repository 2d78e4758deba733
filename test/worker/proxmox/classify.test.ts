import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classify, classifyText } from '#worker/proxmox/classify';

const kinds: readonly [string, string][] = [
  ['cluster not ready - no quorum?', 'no-quorum'],
  ["cfs-lock 'file-user_cfg' error: no quorum!", 'no-quorum'],
  [
    "unable to open file '/etc/pve/nodes/pve1/qemu-server/100.conf.tmp.5843' - Permission denied\n",
    'no-quorum',
  ],
  ["can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout", 'lock-timeout'],
  ["can't acquire lock '/var/run/vzdump.lock' (wait = 0)", 'lock-timeout'],
  ['CT is locked (snapshot-delete)', 'locked'],
  ["unable to find configuration file for VM 999 on node 'pve1'", 'no-such-guest'],
  ['detected modified configuration - file changed by other user? Try again.', 'digest-mismatch'],
  ['403 Permission check failed (/vms/101, VM.Backup)', 'forbidden'],
  ['VM quit/powerdown failed - got timeout', 'other'],
];
for (const [text, kind] of kinds)
  test(`${JSON.stringify(text)} is ${kind}`, () => {
    assert.equal(classifyText(text).kind, kind);
  });

test('a 403 names the path and each privilege that would do', () => {
  const body = {
    data: null,
    message: 'Permission check failed (/vms/9, VM.Snapshot|VM.Snapshot.Rollback)\n',
  };
  assert.deepEqual(classify({ status: 403, reason: '', body }), {
    kind: 'forbidden',
    path: '/vms/9',
    privileges: ['VM.Snapshot', 'VM.Snapshot.Rollback'],
    message: body.message.trim(),
  });
});

test('595 never reached the other node, 596 may have', () => {
  assert.equal(
    classify({ status: 595, reason: 'No route to host', body: undefined }).kind,
    'node-unreachable',
  );
  const late = classify({ status: 596, reason: 'Connection timed out', body: undefined });
  assert.equal(late.kind === 'unreachable' && late.sent, 'unknown');
});

test('a 400 keeps one trimmed sentence per parameter', () => {
  const body = { errors: { newid: 'invalid format\n' }, message: 'Parameter verification failed.\n' };
  const seen = classify({ status: 400, reason: '', body });
  assert.deepEqual(seen.kind === 'invalid' && seen.errors, { newid: 'invalid format' });
});

test('a body with values that cannot become a text is an answer like any other', () => {
  const hostile: unknown = JSON.parse('{"message":{"toString":1},"errors":{"newid":{"toString":1}}}');
  assert.equal(classify({ status: 403, reason: 'no', body: hostile }).kind, 'forbidden');
});
