import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Queue } from '#db/queue/queue';
import { sealing } from '#db/queue/sealed';
import { serveQueue } from '#db/queue/socket';
import type { Json } from '#policies/json';
import { someInventory } from '../fake/worker.ts';
import { setUp } from './set-up.ts';

const PVE1 = 'node.home.pve1';
let letters = 0;

/** Tells the bot something as the worker of pve1. */
const tell = (queue: Queue, body: Json): Promise<void> => {
  letters += 1;
  return queue.send({ id: `letter-${letters}`, from: PVE1, to: 'bot', at: Date.now(), body });
};

/** Tries until the bot has connected and takes it. */
const untilTaken = async (send: () => Promise<void>): Promise<void> => {
  let taken = false;
  for (let tries = 0; !taken && tries < 400; tries++) {
    taken = await send().then(
      () => true,
      () => false,
    );
    if (!taken) await sleep(50);
  }
  assert.ok(taken, 'the bot never took a message');
};

it('a bot of its own takes a worker by its key and nothing that was forged in its name', async () => {
  const site = await setUp();
  const place = {
    path: `${site.folder}/queue.sock`,
    secret: site.secrets.socket,
    onTrouble: () => undefined,
  };
  const queue = await serveQueue(place);
  try {
    const bot = site.start('bot');
    const figure = (sql: string, ...of: string[]): number => {
      const db = new Database(site.ledger, { readonly: true, timeout: 5000 });
      try {
        return Number(
          db
            .prepare(sql)
            .pluck()
            .get(...of),
        );
      } finally {
        db.close();
      }
    };
    const count = (kind: string): number => figure('SELECT count(*) FROM audit_record WHERE kind = ?', kind);
    const inventories = (): number => figure('SELECT count(*) FROM inventories');
    const hello = {
      report: 'hello',
      site: 'home',
      node: 'pve1',
      address: PVE1,
      simulated: true,
      canAct: true,
      recipes: [],
    };
    const worker = sealing(queue, generateKeyPairSync('ed25519').privateKey);
    await untilTaken(() => tell(worker, hello));
    assert.equal(count('worker.enrolled'), 1);
    // A report is plain JSON.
    const inventory = { report: 'inventory', inventory: someInventory(Date.now()) } as unknown as Json;
    await tell(queue, inventory);
    await tell(sealing(queue, generateKeyPairSync('ed25519').privateKey), inventory);
    assert.equal(inventories(), 0);
    assert.equal(count('report.forged'), 1);
    await tell(worker, inventory);
    assert.equal(inventories(), 1);
    assert.deepEqual(await bot.end(), { code: 0, signal: null });
  } finally {
    await queue.close();
    await site.close();
  }
});
