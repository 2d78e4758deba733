import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { digestOf } from '#worker/simulator/conf';
import { authorization } from '#worker/simulator/demo-access';
import { demoWorld } from '#worker/simulator/demo-world';
import { largeWorld } from '#worker/simulator/large-world';
import { type Simulator, startSimulator } from '#worker/simulator/simulator';
import { setLock, touchConfig } from '#worker/simulator/touch';
import { ask, type Reply } from './client.ts';
import { rigWorld } from './rig-world.ts';

const NOW = Date.UTC(2026, 10, 25, 4);

const started = async (context: TestContext, world = demoWorld(NOW)): Promise<Simulator> => {
  const simulator = await startSimulator({ world, pace: 0.005 });
  context.after(simulator.close);
  return simulator;
};

const as = (
  simulator: Simulator,
  who: 'reader' | 'actor',
  request: { method?: string; path: string; form?: string },
) =>
  ask(simulator, {
    method: 'GET',
    ...request,
    authorization: authorization(simulator.world, simulator.world[who]),
  });

const rows = (reply: Reply): readonly unknown[] => {
  const body: unknown = reply.body;
  assert.ok(typeof body === 'object' && body !== null && 'data' in body && Array.isArray(body.data));
  return body.data;
};

test('the digest of a configuration is the one that a real node computed for the same file', () => {
  const guest = rigWorld().guests.get(100);
  assert.ok(guest);
  assert.equal(digestOf(guest), 'cf7521ad6a690eb68814c0a011d0ef45df672b55');
});

test('a pending section is part of the digest as on the real node', () => {
  const guest = rigWorld().guests.get(101);
  assert.ok(guest);
  assert.equal(digestOf(guest), '25ec54e791ad6a0e8ae5be12ba1d7bb31c9d7645');
  guest.pending = { memory: '320', cores: '2' };
  assert.equal(digestOf(guest), 'a9622be0e69cbb4f9bfde5c6d170c2c02cb631c7');
});

test('a client that pins the certificate connects, and the fingerprint is that of the certificate', async (context) => {
  const simulator = await started(context);
  assert.match(simulator.fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  const reply = await as(simulator, 'reader', { path: '/version' });
  assert.equal(reply.status, 200);
  const [request] = simulator.requests;
  assert.deepEqual(
    [request?.method, request?.path, request?.token],
    ['GET', '/version', simulator.world.reader],
  );
});

test('an edit elsewhere makes the digest stale', async (context) => {
  const simulator = await started(context);
  const guest = simulator.world.guests.get(101);
  assert.ok(guest);
  const digest = digestOf(guest);
  touchConfig(simulator.world, 101, { memory: '4096' });
  const form = `tags=x&digest=${digest}`;
  const reply = await as(simulator, 'actor', { method: 'PUT', path: '/nodes/pve1/qemu/101/config', form });
  assert.deepEqual([reply.status, reply.reason], [500, 'checksum mismatch (file change by other user?)']);
});

test('an auditor sees no backup in the storage content and all of them in the prune dry run', async (context) => {
  const simulator = await started(context);
  const at = '/nodes/pve1/storage/backup';
  assert.equal(rows(await as(simulator, 'reader', { path: `${at}/content?content=backup` })).length, 0);
  const seen = rows(await as(simulator, 'reader', { path: `${at}/prunebackups?prune-backups=keep-all%3D1` }));
  assert.equal(seen.length, simulator.world.backups.length);
});

test('the reader can change nothing', async (context) => {
  const simulator = await started(context);
  const reply = await as(simulator, 'reader', { method: 'POST', path: '/nodes/pve1/qemu/101/status/stop' });
  assert.deepEqual([reply.status, reply.reason], [403, 'Permission check failed (/vms/101, VM.PowerMgmt)']);
});

test('parameters come as JSON too', async (context) => {
  const simulator = await started(context);
  const { request } = await import('node:https');
  const headers = {
    authorization: authorization(simulator.world, simulator.world.actor),
    'content-type': 'application/json',
  };
  const status = await new Promise<number>((resolve, reject) => {
    const options = { method: 'PUT', ca: simulator.ca, headers };
    const sent = request(`${simulator.url}/api2/json/nodes/pve1/qemu/100/config`, options, (message) => {
      message.resume();
      message.on('end', () => resolve(message.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end('{"onboot":false,"tags":"b,a"}');
  });
  assert.equal(status, 200);
  const { onboot, tags } = simulator.world.guests.get(100)?.conf ?? {};
  assert.deepEqual([onboot, tags], ['0', 'a;b']);
});

test('a task that needs the lock file of a guest waits for the one that holds it', async (context) => {
  const simulator = await started(context);
  const path = '/nodes/pve1/qemu/101/status';
  await as(simulator, 'actor', { method: 'POST', path: `${path}/shutdown`, form: 'timeout=60' });
  await as(simulator, 'actor', { method: 'POST', path: `${path}/stop` });
  const [stop, shutdown] = simulator.world.tasks;
  assert.equal(shutdown?.type, 'qmshutdown');
  const until = Date.now() + 3_000;
  while (stop?.end === undefined && Date.now() < until) await sleep(2);
  assert.equal(shutdown?.end?.exitstatus, 'OK');
  assert.equal(stop?.end?.exitstatus, 'OK');
  assert.ok((stop?.end?.at ?? 0) >= (shutdown?.end?.at ?? 0));
});

test('a locked guest is not snapshotted', async (context) => {
  const simulator = await started(context);
  setLock(simulator.world, 101, 'backup');
  await as(simulator, 'actor', {
    method: 'POST',
    path: '/nodes/pve1/qemu/101/snapshot',
    form: 'snapname=abc',
  });
  assert.equal(simulator.world.tasks[0]?.end?.exitstatus, 'VM is locked (backup)');
});

test('a large world is served whole', async (context) => {
  const simulator = await started(context, largeWorld({ nodes: 8, guests: 1000, now: NOW }));
  assert.equal(rows(await as(simulator, 'reader', { path: '/cluster/resources?type=vm' })).length, 1000);
});
