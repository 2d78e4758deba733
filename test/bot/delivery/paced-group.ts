import assert from 'node:assert/strict';
import type { Chat as Group } from '@grammyjs/types';
import { deliverAll } from '#bot/delivery/deliver';
import { paced } from '#bot/delivery/pace';
import type { Office } from '#bot/office';
import { connectTelegram } from '#bot/telegram/telegram';
import { wantCopies } from '#db/ledger/copies';
import { immediate } from '#db/open';
import type { Change } from '#policies/change/change';
import { RATES } from '#test/fake/telegram/limits';
import { startFakeTelegram } from '#test/fake/telegram/telegram';
import { openStage } from '../../db/ledger/stage.ts';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { omar } from '../../policies/people.ts';

/** A ledger whose cards go to groups of a Telegram that keeps its rates; time passes only where a test lets it. */
export const openPacedGroup = async () => {
  const stage = openStage();
  const telegram = await startFakeTelegram({ now: stage.ledger.now, limits: { rates: RATES } });
  const member = telegram.addUser('omar');
  const [group, other] = [telegram.addGroup('ops', [member]), telegram.addGroup('net', [member])];
  const connect = () =>
    paced(
      connectTelegram({
        token: telegram.token,
        apiRoot: telegram.apiRoot,
        chats: [String(group.id), String(other.id)],
        home: (id) => id,
        perMinute: 20,
        now: stage.ledger.now,
        log: { warn: () => {} },
      }),
      stage.ledger.now,
    );
  let chat = connect();
  const office = (): Office => ({
    ledger: stage.ledger,
    authority: stage.authority,
    inventories: () => [],
    watching: [],
    locale: 'en',
  });
  const started = stage.ledger.now();
  const refused = (): number => telegram.calls().filter(({ outcome }) => outcome === 429).length;
  return {
    stage,
    telegram,
    group,
    other,
    refused,
    /** A change for a guest, with its card wanted in these groups. */
    ask: (vmid: number, groups: readonly Group[] = [group]): Change => {
      const change = stage.ask(omar, vmid);
      const places = groups.map(({ id }) => ({ platform: 'telegram', chat: String(id) }));
      immediate(stage.ledger.db, () => wantCopies(stage.ledger, change, places));
      return change;
    },
    plan: ({ id, action, target, params }: Change): void =>
      void stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params }))),
    /** One round; gives how long until another is worth it (ms). */
    round: (): Promise<number | null> => deliverAll(office(), chat),
    /** Delivers, letting pass the pauses that delivery asks for; gives how long it took (ms), at most `within`. */
    settle: async (within = 3_600_000): Promise<number> => {
      const from = stage.ledger.now();
      for (;;) {
        const ms = await deliverAll(office(), chat);
        if (ms === null) return stage.ledger.now() - from;
        assert.ok(ms > 0, 'it never asks to be called at once, and again');
        if (stage.ledger.now() + ms - from > within) return within;
        stage.skip(ms);
      }
    },
    /** The process ends and another begins. */
    restart: (): void => {
      stage.restart();
      chat = connect();
    },
    /** The calls that post or edit, as the group saw them: when (ms from the start), and the first line. */
    sent: () =>
      telegram
        .calls()
        .filter(({ method, outcome }) => /^(?:sendMessage|editMessageText)$/.test(method) && outcome === 'ok')
        .map(({ method, args, at }) => ({
          at: at - started,
          method,
          chat: Number(args['chat_id']),
          text: String(args['text']).replaceAll(/<[^>]*>/g, ''),
        })),
    close: async (): Promise<void> => {
      await chat.stop();
      await telegram.close();
      stage.close();
    },
  };
};
