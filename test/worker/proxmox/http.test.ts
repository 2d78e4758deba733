import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { PveMalformed } from '#worker/proxmox/failure';
import { connectProxmox, type Proxmox } from '#worker/proxmox/proxmox';
import { apiToken } from '#worker/proxmox/settings';
import { answer, type Handler, identity, serveTls } from './tls-server.ts';

const secret = 'b0b0cafe-0000-4000-8000-00000000feed';
const who = await identity();
const guest = { node: 'pve1', kind: 'qemu', vmid: 100 } as const;
const upid = 'UPID:pve1:00000996:000A6E19:6B04A3C5:qmstart:100:botact@pve!run:';

const against = async (handler: Handler, use: (proxmox: Proxmox) => Promise<void>, actor = true) => {
  const server = await serveTls(who, handler);
  const proxmox = connectProxmox({
    url: server.url,
    trust: { by: 'fingerprint', sha256: who.fingerprint },
    reader: apiToken('botread@pve!ro', secret),
    ...(actor ? { actor: apiToken('botact@pve!run', secret) } : {}),
    timeouts: { connect: 2_000, headers: 1_000, body: 1_000, total: 3_000 },
  });
  try {
    await use(proxmox);
  } finally {
    await server.close();
    await proxmox.close();
  }
};

test('reads carry the reader and writes the actor, with parameters in query and form', () => {
  const seen: string[] = [];
  return against(
    (request, response, body) => {
      seen.push(`${request.headers.authorization} ${request.method} ${request.url} ${body}`);
      answer(response, request.method === 'GET' ? [] : upid);
    },
    async (proxmox) => {
      await proxmox.backups('pve1', 'local');
      const started = await proxmox.shutdown(guest, { timeout: 60, forceStop: true });
      assert.equal(started.ok && started.value.kind === 'task' && started.value.upid, upid);
      await proxmox.deleteSnapshot(guest, 'a b/../c');
      assert.deepEqual(seen, [
        `PVEAPIToken=botread@pve!ro=${secret} GET /api2/json/nodes/pve1/storage/local/prunebackups?prune-backups=keep-all%3D1 `,
        `PVEAPIToken=botact@pve!run=${secret} POST /api2/json/nodes/pve1/qemu/100/status/shutdown timeout=60&forceStop=1`,
        `PVEAPIToken=botact@pve!run=${secret} DELETE /api2/json/nodes/pve1/qemu/100/snapshot/a%20b%2F..%2Fc `,
      ]);
    },
  );
});

test('without an actor a write is refused and nothing is sent', () => {
  let requests = 0;
  return against(
    () => {
      requests += 1;
    },
    async (proxmox) => {
      assert.deepEqual(await proxmox.stop(guest), { ok: false, error: { kind: 'no-actor' } });
      assert.equal(requests, 0);
    },
    false,
  );
});

test('a write whose answer is lost is unknown and is sent once', () => {
  let requests = 0;
  return against(
    (request) => {
      requests += 1;
      request.socket.destroy();
    },
    async (proxmox) => {
      const stopped = await proxmox.stop(guest);
      assert.equal(!stopped.ok && stopped.error.kind === 'unreachable' && stopped.error.sent, 'unknown');
      assert.equal(requests, 1);
    },
  );
});

test('a write that no answer follows in time is unknown', () =>
  against(
    () => {},
    async (proxmox) => {
      const stopped = await proxmox.stop(guest);
      assert.equal(!stopped.ok && stopped.error.kind === 'unreachable' && stopped.error.sent, 'unknown');
    },
  ));

test('a node that does not listen surely got nothing', async () => {
  const server = await serveTls(who, () => {});
  await server.close();
  const reader = apiToken('botread@pve!ro', secret);
  const proxmox = connectProxmox({ url: server.url, trust: { by: 'system' }, reader, actor: reader });
  const stopped = await proxmox.stop(guest);
  assert.equal(!stopped.ok && stopped.error.kind === 'unreachable' && stopped.error.sent, 'no');
  await proxmox.close();
});

test('at most three requests are in flight', () => {
  const open: ServerResponse[] = [];
  let most = 0;
  return against(
    (_, response) => {
      open.push(response);
      most = Math.max(most, open.length);
      setTimeout(() => answer(open.splice(open.indexOf(response), 1)[0] ?? response, []), 20);
    },
    async (proxmox) => {
      const all = await Promise.all(Array.from({ length: 12 }, () => proxmox.resources()));
      assert.equal(
        all.every((one) => one.ok),
        true,
      );
      assert.equal(most, 3);
    },
  );
});

const lies: readonly [string, Handler][] = [
  ['HTML', (_, response) => void response.end('<html>login</html>')],
  ['broken JSON', (_, response) => void response.end('{"data": [')],
  ['wrong types', (_, response) => answer(response, [{ type: 'qemu', vmid: {}, node: 'pve1' }])],
  ['a list where rows belong', (_, response) => answer(response, [[1]])],
];
for (const [name, lie] of lies)
  test(`a node that answers ${name} gives an error that says where`, () =>
    against(lie, async (proxmox) => {
      await assert.rejects(proxmox.resources(), (error) => {
        assert.ok(error instanceof PveMalformed);
        assert.match(error.message, /^GET \/cluster\/resources: /);
        return true;
      });
    }));

test('a write answered with nonsense is unknown, because it may have happened', () =>
  against(
    (_, response) => answer(response, { surprise: 1 }),
    async (proxmox) => {
      const stopped = await proxmox.stop(guest);
      assert.equal(!stopped.ok && stopped.error.kind === 'unreachable' && stopped.error.sent, 'unknown');
    },
  ));

test('an answer without end is cut at 16 MiB', () => {
  let sent = 0;
  return against(
    (_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 32);
      const more = () => {
        while (!response.destroyed && sent < 64) {
          sent += 1;
          if (!response.write(chunk)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    },
    async (proxmox) => {
      const seen = await proxmox.resources();
      assert.equal(!seen.ok && seen.error.kind, 'unreachable');
      assert.ok(sent < 64, `the server could send ${sent} MiB`);
    },
  );
});

test('a truncated answer is unreachable, not a shorter list', () =>
  against(
    (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"data":[]}');
      setTimeout(() => response.destroy(), 20);
    },
    async (proxmox) => {
      const seen = await proxmox.resources();
      assert.equal(!seen.ok && seen.error.kind, 'unreachable');
    },
  ));

test('a secret shows in no inspection, JSON or error', async () => {
  const token = apiToken('botread@pve!ro', secret);
  assert.equal(
    (inspect(token, { depth: 9, showHidden: true }) + JSON.stringify(token)).includes(secret),
    false,
  );
  assert.throws(
    () => apiToken('botread@pve!ro', `${secret}\n`),
    (error) => !inspect(error).includes(secret),
  );
  await against(
    (request) => void request.socket.destroy(),
    async (proxmox) => {
      const seen = await proxmox.version();
      assert.equal(
        (inspect(seen, { depth: 9, showHidden: true }) + JSON.stringify(seen)).includes(secret),
        false,
      );
    },
  );
});
