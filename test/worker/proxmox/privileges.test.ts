import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#policies/result';
import { guestWrites } from '#worker/proxmox/guest-writes';
import { nodeWrites } from '#worker/proxmox/node-writes';
import { configPrivileges, privileges } from '#worker/proxmox/privileges';

test('every write of the client has its least privilege, and no other', () => {
  const write = async () => ok({ kind: 'done' } as const);
  const writes = Object.keys({ ...guestWrites(write), ...nodeWrites(write) }).filter(
    (name) => name !== 'setConfig',
  );
  assert.deepEqual(Object.keys(privileges).sort(), writes.sort());
  assert.equal(configPrivileges['memory'], 'VM.Config.Memory');
});
