import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { prove } from '#db/queue/handshake';
import { MAX_ENVELOPE } from '#db/queue/queue';
import { connectQueue, serveQueue } from '#db/queue/socket';
import { readSocketSecret } from '#db/queue/socket-place';
import { until } from '#test/contract/queue/until';
import { SCRATCH } from '#test/fixture/scratch';

let dir = '';
let path = '';
const ends: (() => Promise<void>)[] = [];
const troubles: string[] = [];
const secret = 'x'.repeat(40);
const onTrouble = (what: string, cause: unknown) => void troubles.push(`${what}: ${String(cause)}`);
const message = { id: 'message-1', from: 'bot', to: 'node.home.pve1', at: 1, body: 'hello' };

beforeEach(() => {
  dir = mkdtempSync(join(SCRATCH, 'quorate-socket-'));
  path = join(dir, 'queue.sock');
  troubles.length = 0;
});

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(dir, { recursive: true, force: true });
});

const serve = async () => {
  const queue = await serveQueue({ path, secret, onTrouble });
  ends.push(() => queue.close());
  return queue;
};

test('a client without the secret is refused, and so is a server without it', async () => {
  const server = await serve();
  let taken = 0;
  await server.receive(message.to, async () => void (taken += 1));
  const client = connectQueue({ path, secret: 'y'.repeat(40), onTrouble });
  ends.push(() => client.close());
  await until('the refusal', () => troubles.some((text) => text.includes('does not speak this protocol')));
  await assert.rejects(client.send(message), /nobody receives/);
  assert.equal(taken, 0);
});

test('a message before the proof, a line that is no JSON, and a line without end all close the connection', async () => {
  const server = await serve();
  let taken = 0;
  await server.receive(message.to, async () => void (taken += 1));
  const sendRaw = (text: string) =>
    new Promise<void>((resolve) => {
      const socket = connect(path, () => socket.write(text));
      socket.on('error', () => undefined); // a reset is one of the ways to be closed
      socket.on('close', () => resolve());
      socket.resume();
    });
  await sendRaw(`${JSON.stringify({ type: 'message', envelope: message })}\n`);
  await sendRaw('not json\n');
  await sendRaw('"'.padEnd(9 * 1024 * 1024, 'x'));
  assert.equal(taken, 0);
});

test('a directory that others can enter and a secret that others can read are refused', async () => {
  chmodSync(dir, 0o755);
  await assert.rejects(serveQueue({ path, secret, onTrouble }), /mode 755/);
  assert.throws(() => connectQueue({ path, secret, onTrouble }), /mode 755/);
  const file = join(dir, 'secret');
  writeFileSync(file, secret, { mode: 0o644 });
  assert.throws(() => readSocketSecret(file), /mode 644; use 0600/);
  chmodSync(file, 0o600);
  assert.equal(readSocketSecret(file), secret);
});

test('a second server is refused while the first listens; a stale socket file is replaced; another file is not touched', async () => {
  const first = await serve();
  await assert.rejects(serveQueue({ path, secret, onTrouble }), /already listens/);
  await first.close();
  ends.length = 0;
  writeFileSync(path, 'precious');
  await assert.rejects(serveQueue({ path, secret, onTrouble }), /not a socket/);
});

test('a send in flight is rejected when the connection breaks, and the client comes back by itself', async () => {
  const server = await serve();
  await server.receive(
    message.to,
    () => new Promise((_, reject) => setTimeout(reject, 300, new Error('slow'))),
  );
  const client = connectQueue({ path, secret, onTrouble });
  ends.push(() => client.close());
  const sent = async () =>
    client.send(message).then(
      () => true,
      (cause: Error) => cause.message,
    );
  let last: unknown = '';
  await until('a refusal of the handler', () => {
    void sent().then((answer) => {
      last = answer;
    });
    return String(last).includes('slow');
  });
  await server.close();
  ends.splice(0, 1);
  const again = await serve();
  await again.receive(message.to, async () => undefined);
  await until('acceptance after the restart', () => {
    void sent().then((answer) => {
      last = answer;
    });
    return last === true;
  });
});

test('an ordinary server on that path that says nothing is left after five seconds', async () => {
  const silent = createServer((socket) => socket.on('error', () => undefined).resume());
  await new Promise<void>((resolve) => silent.listen(path, resolve));
  const client = connectQueue({ path, secret, onTrouble });
  await until('the wait to end', () => troubles.some((text) => text.includes('proved nothing')), 8000);
  await client.close();
  await new Promise((resolve) => silent.close(resolve));
});

test('a wrong secret is tried again in growing steps and told once, not twenty times a second', async () => {
  let connections = 0;
  const stranger = createServer((socket) => {
    connections += 1;
    // Reads, or it would never see the end of a connection that was closed first.
    socket.on('error', () => undefined).resume();
    socket.write(`${JSON.stringify({ type: 'proof', proof: 'none' })}\n`);
  });
  await new Promise<void>((resolve) => stranger.listen(path, resolve));
  const client = connectQueue({ path, secret, onTrouble });
  await sleep(2000);
  await client.close();
  await new Promise((resolve) => stranger.close(resolve));
  assert.ok(connections > 1 && connections < 9, `${connections} connections in two seconds`);
  assert.equal(troubles.length, 1);
});

test('a side that has proven nothing is left after a kilobyte, and one that proved itself may send eight megabytes', async () => {
  const server = await serve();
  const asked = performance.now();
  const left = await new Promise<number>((resolve) => {
    const socket = connect(path, () => socket.write('"'.padEnd(1100, 'x')));
    socket.on('error', () => undefined); // a reset is one of the ways to be closed
    socket.on('close', () => resolve(performance.now() - asked));
    socket.resume();
  });
  assert.ok(left < 3000, `left after ${left} ms, which is the wait for a proof`);
  let taken = 0;
  await server.receive(message.to, async ({ body }) => {
    taken = typeof body === 'string' ? body.length : 0;
  });
  const client = connectQueue({ path, secret, onTrouble });
  ends.push(() => client.close());
  const large = { ...message, body: 'x'.repeat(MAX_ENVELOPE - 1024) };
  await until('the large message', () => {
    client.send(large).catch(() => undefined); // until it is connected, or while it is on its way
    return taken > 0;
  });
  assert.equal(taken, MAX_ENVELOPE - 1024);
});

test('a peer that stops reading is sent no more than one message into our memory', async () => {
  const server = await serve();
  const stuck = connect(path);
  const fromServer: string[] = [];
  const linked = new Promise<void>((resolve) => {
    stuck.on('data', (bytes) => {
      fromServer.push(String(bytes));
      const all = fromServer.join('');
      const challenge = /"hello","challenge":"([^"]+)"/.exec(all)?.[1];
      if (challenge && !all.includes('"receivers"') && !all.includes('"proof"')) {
        stuck.write(`${JSON.stringify({ type: 'hello', challenge: 'c' })}\n`);
        stuck.write(`${JSON.stringify({ type: 'proof', proof: prove(secret, 'client', challenge) })}\n`);
        stuck.write(`${JSON.stringify({ type: 'receivers', addresses: [message.to] })}\n`);
      }
      if (all.includes('"receivers"')) {
        stuck.pause();
        resolve();
      }
    });
  });
  await linked;
  const body = 'x'.repeat(MAX_ENVELOPE - 1024);
  const answers = [1, 2, 3].map((n) =>
    server.send({ ...message, id: `message-${n}`, body }).catch((cause: Error) => cause.message),
  );
  assert.match(String(await answers[2]), /does not read/);
  stuck.destroy();
  await Promise.all(answers);
});
