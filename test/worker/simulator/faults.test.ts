import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { authorization } from '#worker/simulator/demo-access';
import { demoWorld } from '#worker/simulator/demo-world';
import { type Simulator, startSimulator } from '#worker/simulator/simulator';
import type { Task } from '#worker/simulator/world';
import { ask, type Reply } from './client.ts';

const started = async (context: TestContext, now?: () => number): Promise<Simulator> => {
  const world = demoWorld(Date.now());
  const simulator = await startSimulator({ world, pace: 0.005, ...(now === undefined ? {} : { now }) });
  context.after(simulator.close);
  return simulator;
};

const act = (simulator: Simulator, method: string, path: string, form?: string): Promise<Reply> =>
  ask(simulator, {
    method,
    path,
    authorization: authorization(simulator.world, simulator.world.actor),
    ...(form === undefined ? {} : { form }),
  });

const read = (simulator: Simulator, path: string): Promise<Reply> =>
  ask(simulator, {
    method: 'GET',
    path,
    authorization: authorization(simulator.world, simulator.world.reader),
  });

const data = (reply: Reply): unknown =>
  typeof reply.body === 'object' && reply.body !== null && 'data' in reply.body ? reply.body.data : undefined;

const taskOf = (simulator: Simulator, reply: Reply): Task => {
  const task = simulator.world.tasks.find((candidate) => candidate.upid === data(reply));
  assert.ok(task, `no task for ${JSON.stringify(reply.body)}`);
  return task;
};

const ended = async (task: Task): Promise<string | undefined> => {
  const until = Date.now() + 3_000;
  while (task.end === undefined && Date.now() < until) await sleep(2);
  return task.end?.exitstatus;
};

const isOn = (simulator: Simulator, vmid: number): boolean =>
  simulator.world.guests.get(vmid)?.power.on === true;

const STOP_101 = '/nodes/pve1/qemu/101/status/stop';

test('a task that is to fail ends with the given exit status and changes nothing', async (context) => {
  const simulator = await started(context);
  const off = simulator.faults.taskFails({ type: 'qmstop', vmid: 101 }, 'got no worker');
  const failed = taskOf(simulator, await act(simulator, 'POST', STOP_101));
  assert.equal(await ended(failed), 'got no worker');
  assert.equal(failed.log.at(-1), 'TASK ERROR: got no worker');
  assert.ok(isOn(simulator, 101));
  off();
  assert.equal(await ended(taskOf(simulator, await act(simulator, 'POST', STOP_101))), 'OK');
  assert.ok(!isOn(simulator, 101));
});

test('a task that hangs stays running until it is deleted', async (context) => {
  const simulator = await started(context);
  const off = simulator.faults.taskHangs({ vmid: 101 });
  const hanging = taskOf(simulator, await act(simulator, 'POST', STOP_101));
  const other = taskOf(simulator, await act(simulator, 'POST', '/nodes/pve1/qemu/102/status/stop'));
  assert.equal(await ended(other), 'OK');
  const path = `/nodes/pve1/tasks/${hanging.upid}`;
  const running = await read(simulator, `${path}/status`);
  assert.match(JSON.stringify(running.body), /"status":"running"/);
  assert.equal((await act(simulator, 'DELETE', path)).status, 200);
  assert.equal(await ended(hanging), 'received interrupt');
  assert.ok(isOn(simulator, 101));
  off();
  assert.equal(await ended(taskOf(simulator, await act(simulator, 'POST', STOP_101))), 'OK');
});

test('a dropped request was processed, and its answer never comes', async (context) => {
  const simulator = await started(context);
  const off = simulator.faults.dropAfterAccept({ method: 'POST', path: STOP_101 });
  await assert.rejects(act(simulator, 'POST', STOP_101), /socket hang up|ECONNRESET/);
  const [task] = simulator.world.tasks;
  assert.equal(task?.type, 'qmstop');
  assert.ok(task);
  assert.equal(await ended(task), 'OK');
  assert.ok(!isOn(simulator, 101));
  off();
  assert.equal((await act(simulator, 'POST', STOP_101)).status, 200);
});

test('a lost node answers 595 with an empty body and is offline in the lists', async (context) => {
  let now = Date.now();
  const simulator = await started(context, () => now);
  const off = simulator.faults.nodeOffline('pve2');
  const refused = await read(simulator, '/nodes/pve2/status');
  assert.deepEqual([refused.status, refused.reason, refused.body], [595, 'No route to host', { raw: '' }]);
  assert.equal((await ask(simulator, { method: 'GET', path: '/nodes/pve2/status' })).status, 401);
  const rows = JSON.stringify(data(await read(simulator, '/nodes')));
  assert.match(rows, /"node":"pve2","level":"","status":"offline"/);
  const guest = async (): Promise<string> =>
    JSON.stringify((await read(simulator, '/cluster/resources?type=vm')).body);
  assert.match(await guest(), /"name":"media","status":"running"/);
  now += 295_000;
  assert.match(await guest(), /"id":"lxc\/202","type":"lxc","node":"pve2","vmid":202,"status":"unknown"/);
  off();
  assert.equal((await read(simulator, '/nodes/pve2/status')).status, 200);
});

test('without quorum reads and stops work, starts and configuration changes are refused', async (context) => {
  const simulator = await started(context);
  const off = simulator.faults.quorumLost();
  assert.match(JSON.stringify((await read(simulator, '/cluster/status')).body), /"quorate":0/);
  const start = await act(simulator, 'POST', '/nodes/pve2/qemu/103/status/start');
  assert.deepEqual([start.status, start.reason], [500, 'cluster not ready - no quorum?']);
  const change = await act(simulator, 'PUT', '/nodes/pve1/qemu/101/config', 'tags=x');
  assert.equal(change.status, 500);
  assert.match(
    change.reason,
    /^unable to open file '\/etc\/pve\/nodes\/pve1\/qemu-server\/101.conf.tmp.\d+' - Permission denied$/,
  );
  assert.equal(await ended(taskOf(simulator, await act(simulator, 'POST', STOP_101))), 'OK');
  off();
  assert.match(JSON.stringify((await read(simulator, '/cluster/status')).body), /"quorate":1/);
  assert.equal((await act(simulator, 'POST', '/nodes/pve2/qemu/103/status/start')).status, 200);
});

test('clear switches every fault off', async (context) => {
  const simulator = await started(context);
  simulator.faults.quorumLost();
  simulator.faults.nodeOffline('pve2');
  simulator.faults.clear();
  assert.deepEqual(simulator.faults.active, []);
  assert.equal((await read(simulator, '/nodes/pve2/status')).status, 200);
});
