import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenDatabase, openDatabase } from '#db/open';
import { acceptOnce } from '#db/queue/inbox';
import { enqueue, resend, waitingAddresses } from '#db/queue/outbox';
import type { Handler, Queue } from '#db/queue/queue';
import { relay } from '#db/queue/relay';
import { SCRATCH } from '#test/fixture/scratch';
import { NODE, type Party, type Running, startParty } from './party.ts';
import { until } from './until.ts';

/** What the suite needs of a driver. The two ends may be one object (one process) or two. */
export type Driver = {
  readonly name: Party['driver'];
  readonly skip: string | false;
  /** Makes what both ends need (a directory, a server); answers the socket to find it by. */
  readonly prepare: (dir: string) => Promise<string>;
  readonly ends: (socket: string) => Promise<{ readonly sender: Queue; readonly receiver: Queue }>;
  readonly release: () => Promise<void>;
};

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Every effect in the order in which it happened: rows of the receiver's own outbox. */
const effects = (journal: OpenDatabase): readonly number[] =>
  journal.sqlite
    .prepare<[], { body: string }>('SELECT body FROM outbox ORDER BY seq')
    .all()
    .map(({ body }) => Number(body));

const sorted = (list: readonly number[]): readonly number[] => [...list].sort((a, b) => a - b);

class Scene {
  readonly dir = mkdtempSync(join(SCRATCH, 'quorate-queue-'));
  readonly ledger = openDatabase({ path: join(this.dir, 'ledger.db'), migrations: 'ledger', now: Date.now });
  readonly journal = openDatabase({
    path: join(this.dir, 'journal.db'),
    migrations: 'journal',
    now: Date.now,
  });
  readonly clean: (() => Promise<void>)[] = [];

  write(count: number): void {
    for (const n of numbers(count))
      enqueue(this.ledger, { id: randomUUID(), to: NODE, at: Date.now(), body: n });
  }

  readonly take: Handler = async (envelope) => {
    acceptOnce(this.journal, envelope, () =>
      enqueue(this.journal, { id: randomUUID(), to: 'bot', at: Date.now(), body: envelope.body }),
    );
  };

  relay(queue: Queue) {
    const out = relay({ db: this.ledger, queue, from: 'bot', now: Date.now, onTrouble: () => undefined });
    this.clean.push(out.stop);
    return out;
  }

  async arrived(count: number): Promise<void> {
    await until(`${count} effects`, () => effects(this.journal).length >= count);
    await until('an empty outbox', () => waitingAddresses(this.ledger, Date.now()).length === 0);
  }

  async remove(): Promise<void> {
    for (const end of this.clean.reverse()) await end();
    this.ledger.close();
    this.journal.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** The one suite that every driver of the port has to pass. */
export const queueContract = (driver: Driver): void => {
  describe(`the ${driver.name} queue`, { skip: driver.skip }, () => {
    let scene: Scene;
    const staged = (title: string, act: () => Promise<void>): void => {
      test(title, { timeout: 60_000 }, async () => {
        scene = new Scene();
        try {
          await act();
        } finally {
          await scene.remove();
        }
      });
    };
    let home = '';
    let socket = '';
    // A server of its own for each: what one test left in flight would arrive in the next.
    beforeEach(async () => {
      home = mkdtempSync(join(SCRATCH, 'quorate-queue-home-'));
      socket = await driver.prepare(home);
    });
    afterEach(async () => {
      await driver.release();
      rmSync(home, { recursive: true, force: true });
    });
    const ends = async () => {
      const both = await driver.ends(socket);
      scene.clean.push(
        () => both.sender.close(),
        () => both.receiver.close(),
      );
      return both;
    };

    staged('delivers in order and once, also when the sender is faster than the receiver', async () => {
      const { sender, receiver } = await ends();
      await receiver.receive(NODE, async (envelope) => {
        await sleep(5);
        await scene.take(envelope);
      });
      scene.write(60);
      scene.relay(sender);
      await scene.arrived(60);
      assert.deepEqual(effects(scene.journal), numbers(60));
    });

    staged('delivers again what the handler threw at, before what came after it', async () => {
      const { sender, receiver } = await ends();
      let thrown = 0;
      await receiver.receive(NODE, async (envelope) => {
        if (envelope.body === 3 && thrown < 3) {
          thrown += 1;
          throw new Error('not now');
        }
        await scene.take(envelope);
      });
      scene.write(6);
      scene.relay(sender);
      await scene.arrived(6);
      assert.equal(thrown, 3);
      assert.deepEqual(effects(scene.journal), numbers(6));
    });

    staged('keeps what is written while nobody receives until somebody does', async () => {
      const { sender, receiver } = await ends();
      scene.write(3);
      const out = scene.relay(sender);
      const stop = await receiver.receive(NODE, scene.take);
      await scene.arrived(3);
      await stop();
      scene.write(4);
      out.wake();
      await sleep(100);
      assert.equal(effects(scene.journal).length, 3);
      await receiver.receive(NODE, scene.take);
      await scene.arrived(7);
      assert.deepEqual(effects(scene.journal), [1, 2, 3, 1, 2, 3, 4]);
    });

    staged('has one effect a message when one in ten arrives twice and all are sent again', async () => {
      const { sender, receiver } = await ends();
      let taken = 0;
      await receiver.receive(NODE, async (envelope) => {
        taken += 1;
        await scene.take(envelope);
        if (taken % 10 === 0) await scene.take(envelope);
      });
      scene.write(40);
      const out = scene.relay(sender);
      await scene.arrived(40);
      assert.equal(resend(scene.ledger, NODE, 0), 40);
      out.wake();
      await scene.arrived(40);
      assert.deepEqual(effects(scene.journal), numbers(40));
    });

    const party = (roles: Party['roles']): Party => ({
      roles,
      driver: driver.name,
      socket,
      ledger: scene.ledger.path,
      journal: scene.journal.path,
      count: 150,
    });
    const processes = (): { readonly sender: Running; readonly receiver: Running; all: Running[] } => {
      if (driver.name === 'local') {
        const both = startParty(party(['send', 'receive']));
        return { sender: both, receiver: both, all: [both] };
      }
      const receiver = startParty(party(['receive']));
      const sender = startParty(party(['send']));
      return { sender, receiver, all: [receiver, sender] };
    };
    const killed = (victim: 'sender' | 'receiver') => async () => {
      const { all, ...first } = processes();
      scene.clean.push(async () => {
        for (const one of all) await one.kill();
      });
      let current = first[victim];
      for (const n of [20, 60, 100]) {
        await until(`${n} effects`, () => effects(scene.journal).length >= n);
        await current.kill();
        const roles: Party['roles'] =
          driver.name === 'local' ? ['send', 'receive'] : victim === 'sender' ? ['send'] : ['receive'];
        current = startParty(party(roles));
        all.push(current);
      }
      await until('150 effects', () => effects(scene.journal).length >= 150);
      await scene.arrived(150);
      assert.deepEqual(sorted(effects(scene.journal)), numbers(150));
    };
    staged(
      'loses and doubles nothing when the receiving process is killed in mid handler',
      killed('receiver'),
    );
    staged('loses and doubles nothing when the sending process is killed', killed('sender'));
  });
};
