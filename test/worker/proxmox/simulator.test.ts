import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { connectProxmox } from '#worker/proxmox/proxmox';
import { holds } from '#worker/proxmox/rights';
import { apiToken } from '#worker/proxmox/settings';
import { demoWorld } from '#worker/simulator/demo-world';
import { startSimulator } from '#worker/simulator/simulator';

const secrets = {
  reader: '00000000-0000-4000-8000-000000000001',
  actor: '00000000-0000-4000-8000-000000000002',
};

test('the client reads a simulated cluster, acts on it and follows the task to its end', async () => {
  const simulator = await startSimulator({ world: demoWorld(Date.now(), secrets), pace: 0.05 });
  const proxmox = connectProxmox({
    url: simulator.url,
    trust: { by: 'fingerprint', sha256: simulator.fingerprint },
    reader: apiToken('botread@pve!ro', secrets.reader),
    actor: apiToken('botact@pve!run', secrets.actor),
  });
  try {
    const resources = await proxmox.resources();
    assert.ok(resources.ok);
    const row = resources.value.find((one) => one.type === 'qemu' && one.status === 'running');
    assert.ok(row?.type === 'qemu');
    const guest = { node: row.node, kind: row.type, vmid: row.vmid };
    const stopped = await proxmox.stop(guest);
    assert.ok(stopped.ok && stopped.value.kind === 'task', JSON.stringify(stopped));
    const { upid } = stopped.value;
    const sleep = (ms: number) => setTimeout(ms / 20);
    assert.deepEqual(await proxmox.follow(upid, { now: Date.now, sleep }), { kind: 'ok' });
    const now = await proxmox.guestStatus(guest);
    assert.equal(now.ok && now.value.status, 'stopped');
    assert.equal((await proxmox.taskLog(upid)).ok, true);
    const rights = await proxmox.readerPermissions(`/vms/${row.vmid}`);
    assert.ok(rights.ok);
    assert.equal(holds(rights.value, `/vms/${row.vmid}`, 'VM.Audit'), true);
    assert.equal(holds(rights.value, `/vms/${row.vmid}`, 'VM.PowerMgmt'), false);
    const stale = await proxmox.setConfig(guest, { digest: '0'.repeat(40), onboot: true });
    assert.equal(!stale.ok && stale.error.kind, 'digest-mismatch');
    simulator.faults.dropAfterAccept({ method: 'POST' });
    const lost = await proxmox.start(guest);
    assert.equal(!lost.ok && lost.error.kind === 'unreachable' && lost.error.sent, 'unknown');
    assert.equal(
      simulator.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/start')).length,
      1,
    );
  } finally {
    await simulator.close();
    await proxmox.close();
  }
});
