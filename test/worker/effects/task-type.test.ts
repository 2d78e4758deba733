import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApiCall } from '#policies/effect';
import { taskTraits } from '#worker/effects/task-type';

const CASES: readonly (readonly [ApiCall['method'], string, string, string | null])[] = [
  ['POST', '/nodes/pve1/qemu/101/status/start', 'qmstart', '101'],
  ['POST', '/nodes/pve1/lxc/200/status/shutdown', 'vzshutdown', '200'],
  ['POST', '/nodes/pve1/qemu/101/status/suspend', 'qmpause', '101'],
  ['POST', '/nodes/pve1/qemu/101/snapshot', 'qmsnapshot', '101'],
  ['DELETE', '/nodes/pve1/lxc/200/snapshot/old', 'vzdelsnapshot', '200'],
  ['POST', '/nodes/pve1/qemu/101/snapshot/old/rollback', 'qmrollback', '101'],
  ['PUT', '/nodes/pve1/qemu/101/resize', 'resize', '101'],
  ['POST', '/nodes/pve1/lxc/200/migrate', 'vzmigrate', '200'],
  ['DELETE', '/nodes/pve1/qemu/101', 'qmdestroy', '101'],
  ['POST', '/nodes/pve1/services/pveproxy/restart', 'srvrestart', 'pveproxy'],
];

test('the task that a call starts is known by its node, its type and what it is about', () => {
  for (const [method, path, type, id] of CASES) {
    const traits = taskTraits({ method, path, params: {} });
    assert.equal(traits?.types[0], type, path);
    assert.equal(traits?.id, id, path);
    assert.equal(traits?.node, 'pve1', path);
  }
  const backup = taskTraits({ method: 'POST', path: '/nodes/pve2/vzdump', params: { vmid: '101' } });
  assert.deepEqual(backup, { node: 'pve2', types: ['vzdump'], id: '101' });
});

test('a call that starts no task has none to look for', () => {
  assert.equal(taskTraits({ method: 'PUT', path: '/nodes/pve1/qemu/101/config', params: {} }), undefined);
});
