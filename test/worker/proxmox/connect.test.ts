import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { connectProxmox } from '#worker/proxmox/proxmox';
import { apiToken } from '#worker/proxmox/settings';
import type { Trust } from '#worker/proxmox/trust';
import { answer, type Identity, identity, serveTls } from './tls-server.ts';

const reader = apiToken('botread@pve!ro', 'not-a-real-secret');
let node: Identity;
let other: Identity;
let requests = 0;

before(async () => {
  node = await identity();
  other = await identity();
});

const plain = (text: string): string => text.replaceAll(':', '').toLowerCase();

const serving = async (
  who: Identity,
  use: (url: string, server: Awaited<ReturnType<typeof serveTls>>) => unknown,
) => {
  requests = 0;
  const server = await serveTls(who, (_, response) => {
    requests += 1;
    answer(response, { version: '8.4.21', release: '8.4' });
  });
  try {
    await use(server.url, server);
  } finally {
    await server.close();
  }
};

const version = async (url: string, trust: Trust) => {
  const proxmox = connectProxmox({ url, trust, reader });
  after(() => proxmox.close());
  return proxmox.version();
};

test('the right fingerprint of a self-signed leaf is trusted', () =>
  serving(node, async (url) => {
    const seen = await version(url, { by: 'fingerprint', sha256: node.fingerprint });
    assert.equal(seen.ok, true);
  }));

test('another leaf is refused with both fingerprints, and no request reaches it', () =>
  serving(other, async (url) => {
    assert.deepEqual(await version(url, { by: 'fingerprint', sha256: node.fingerprint }), {
      ok: false,
      error: { kind: 'untrusted', expected: plain(node.fingerprint), seen: plain(other.fingerprint) },
    });
    assert.equal(requests, 0);
  }));

test('a certificate swapped between two connections is noticed at the second', () =>
  serving(node, async (url, { server }) => {
    const proxmox = connectProxmox({ url, trust: { by: 'fingerprint', sha256: node.fingerprint }, reader });
    after(() => proxmox.close());
    assert.equal((await proxmox.version()).ok, true);
    server.setSecureContext({ key: other.key, cert: other.cert });
    server.closeAllConnections();
    // The client may still hold the closed connection for one request, whose outcome is then unknown.
    let second = await proxmox.version();
    if (!second.ok && second.error.kind === 'unreachable') second = await proxmox.version();
    assert.equal(!second.ok && second.error.kind, 'untrusted');
    assert.equal(requests, 1);
  }));

test('a CA file is trusted for what it signed and for nothing else', () =>
  serving(node, async (url) => {
    assert.equal((await version(url, { by: 'ca', pem: node.cert })).ok, true);
    const wrong = await version(url, { by: 'ca', pem: other.cert });
    assert.equal(!wrong.ok && wrong.error.kind === 'unreachable' && wrong.error.sent, 'no');
    assert.equal(requests, 1);
  }));

test('the authorities of the system do not trust a self-signed node', () =>
  serving(node, async (url) => {
    const seen = await version(url, { by: 'system' });
    assert.equal(!seen.ok && seen.error.kind === 'unreachable' && seen.error.sent, 'no');
    assert.equal(requests, 0);
  }));

test('a certificate of a trusted CA for another host is refused', async () => {
  const elsewhere = await identity({ name: 'elsewhere.test', ip: '192.0.2.1' });
  await serving(elsewhere, async (url) => {
    const seen = await version(url, { by: 'ca', pem: elsewhere.cert });
    assert.match((!seen.ok && seen.error.kind === 'unreachable' && seen.error.reason) || '', /127\.0\.0\.1/);
    assert.equal((await version(url, { by: 'fingerprint', sha256: elsewhere.fingerprint })).ok, true);
    assert.equal(requests, 1);
  });
});

test('an expired certificate is refused even when its fingerprint is pinned', async () => {
  const expired = await identity({ until: new Date(Date.now() - 60_000) });
  await serving(expired, async (url) => {
    const seen = await version(url, { by: 'fingerprint', sha256: expired.fingerprint });
    assert.match((!seen.ok && seen.error.kind === 'unreachable' && seen.error.reason) || '', /expired/);
    assert.equal(requests, 0);
  });
});

test('a relay that shows the true leaf first and its own afterwards gets no request', async () => {
  const truth = await serveTls(node, (_, response) => answer(response, {}));
  let stolen = 0;
  const thief = await serveTls(other, (_, response) => {
    stolen += 1;
    answer(response, { version: '8.4.21', release: '8.4' });
  });
  let connections = 0;
  const relay = createServer((near) => {
    connections += 1;
    const far = connect(Number(new URL(connections === 1 ? truth.url : thief.url).port), '127.0.0.1');
    const end = () => void (near.destroy(), far.destroy());
    for (const socket of [near, far]) socket.on('error', end).on('close', end);
    near.pipe(far).pipe(near);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  // A TCP server's address is an object with a port.
  const { port } = relay.address() as AddressInfo;
  const seen = await version(`https://127.0.0.1:${port}`, { by: 'fingerprint', sha256: node.fingerprint });
  assert.equal(!seen.ok && seen.error.kind, 'untrusted');
  assert.deepEqual([connections, stolen], [2, 0]);
  relay.close();
  await Promise.all([truth.close(), thief.close()]);
});

test('a leaf under an unknown CA is trusted by its own fingerprint', async () => {
  const authority = await identity({ name: 'ca.test', ca: true });
  const leaf = await identity({ signedBy: authority });
  await serving(leaf, async (url) => {
    const seen = await version(url, { by: 'fingerprint', sha256: leaf.fingerprint });
    assert.equal(seen.ok, true);
    assert.equal((await version(url, { by: 'fingerprint', sha256: authority.fingerprint })).ok, false);
    assert.equal((await version(url, { by: 'ca', pem: authority.cert })).ok, true);
  });
});
