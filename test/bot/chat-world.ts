import { plain } from '#bot/cards/words';
import type { Card } from '#bot/chat/card';
import { announceAll } from '#bot/delivery/announce';
import { deliverAll } from '#bot/delivery/deliver';
import { paced } from '#bot/delivery/pace';
import { dispatch } from '#bot/dispatch';
import type { Office } from '#bot/office';
import { takeHidden } from '#bot/shown-in';
import { latestChanges } from '#db/ledger/change-rows';
import { receive } from '#db/ledger/inbound';
import { inventoryReader } from '#db/ledger/inventory';
import { putNotice } from '#db/ledger/notices';
import { bindAccount } from '#db/ledger/people';
import type { Inventory } from '#policies/inventory';
import type { Notice } from '#policies/notice';
import type { Plan } from '#policies/plan';
import type { Scope } from '#policies/scope';
import { openStage } from '../db/ledger/stage.ts';
import { plannedReport, someInventory, somePlan } from '../fake/worker.ts';
import { EVERYBODY } from '../policies/people.ts';
import { scriptedChat } from './delivery/scripted-chat.ts';

/** Guests that `pools` names the pools of, by their number; null: the site's guests cannot be read. */
export type Pools = ReadonlyMap<number, string> | null;

const guestsIn = (pools: Pools) =>
  pools === null
    ? { known: false, why: 'unreachable' }
    : {
        known: true,
        value: [...pools].map(([vmid, pool]) => ({
          vmid,
          kind: 'qemu',
          name: `name-${vmid}`,
          node: 'pve1',
          status: 'running',
          template: false,
          lock: null,
          pool: pool === '' ? null : pool,
          tags: [],
          cpu: 0.1,
          memory: 1e9,
          maxMemory: 2e9,
          disk: null,
          maxDisk: 1e10,
          uptime: 60,
        })),
      };

/** What stands in a chat, as a reader sees it. */
export const textOf = ({ lead, must, more, diff, attachment }: Card): string =>
  [...[lead, ...must, ...more].map(plain), diff ?? '', attachment?.text ?? ''].join('\n');

/** One card that was posted or edited, and where. */
export type Posted = { readonly chat: string; readonly message: string; readonly card: Card };

/**
 * A bot with two chats: `all`, which sees everything, and `some`, which `sees` less. What is posted anywhere goes through
 * the real dispatch, ledger and delivery.
 */
export const openChatWorld = (sees: Scope) => {
  const stage = openStage();
  stage.ledger.db.sqlite.pragma('synchronous = OFF'); // thousands of lines, and no power cut among them
  let scope = sees;
  const posted: Posted[] = [];
  const scripted = scriptedChat('test', []);
  const chat = {
    ...scripted.chat,
    post: async (place: string, card: Card) => {
      const sent = await scripted.chat.post(place, card);
      if (sent.sent === 'ok') posted.push({ chat: place, message: sent.ref.message, card });
      return sent;
    },
    edit: (ref: Parameters<typeof scripted.chat.edit>[0], card: Card) => {
      posted.push({ chat: ref.chat, message: ref.message, card });
      return scripted.chat.edit(ref, card);
    },
  };
  const inventories = inventoryReader(stage.ledger);
  const office = (): Office => ({
    ledger: stage.ledger,
    authority: stage.authority,
    inventories,
    watching: [
      { platform: 'test', chat: 'all', sees: 'everything' },
      { platform: 'test', chat: 'some', sees: scope },
    ],
    locale: 'en',
  });
  for (const { id } of EVERYBODY)
    bindAccount(stage.ledger, id, { platform: 'test', tenant: '', id }, { cli: 'test' });
  let events = 0;

  const does = (who: string, where: string, what: Parameters<typeof dispatch>[1]['does']): string => {
    const place = { platform: 'test', chat: where, private: where === who };
    const account = { platform: 'test', tenant: '', id: who };
    const intent = { event: `e${++events}`, account, place, at: 0, locale: 'en', does: what, reply: '' };
    receive(stage.ledger, 'test', intent.event, JSON.stringify(intent));
    const card = dispatch(office(), intent);
    if (!card) throw new Error('it was not answered');
    return textOf(card);
  };

  return {
    stage,
    posted,
    office,
    chat,
    /** What somebody who types this in a chat is answered in private. */
    say: (who: string, where: string, text: string): string =>
      does(who, where, { what: 'line', text, unseen: where === who }),
    press: (who: string, { chat: where, message, card }: Posted, label: string): string => {
      const button = card.buttons.flat().find((one) => one.label === label);
      return does(who, where, { what: 'press', token: button?.token ?? 'none', message });
    },
    notice: (notice: Notice): void =>
      putNotice(stage.ledger, notice, {
        places: ['all', 'some'].map((place) => ({ platform: 'test', chat: place })),
      }),
    /** The site looks like this from now on. */
    look: (pools: Pools): void => {
      stage.skip(1000);
      const inventory: Inventory = someInventory(stage.ledger.now(), { guests: guestsIn(pools) });
      stage.tell({ report: 'inventory', inventory });
    },
    /** The chat `some` is configured otherwise. */
    configure: (next: Scope): void => {
      scope = next;
    },
    /** Every plan that is waited for comes. */
    plan: (): void => {
      for (const { id, action, target, params, state } of latestChanges(stage.ledger, 100)) {
        if (state.state !== 'planning' || !('vmid' in target)) continue;
        const job = { job: 'plan', change: id, action, target, params } as const;
        const call = { method: 'POST', path: `/qemu/${target.vmid}/status/stop`, params: {} } as const;
        const effects: Plan['effects'] = [{ kind: 'api', call, answer: 'task', diff: [], inverse: null }];
        const plan = somePlan(job, { name: `name-${target.vmid}`, effects, madeAt: events });
        stage.tell(plannedReport(plan));
      }
    },
    /** Everything is sent that can be. */
    deliver: async (): Promise<void> => {
      takeHidden(office());
      await deliverAll(office(), paced(chat, stage.ledger.now));
      await announceAll(office(), paced(chat, stage.ledger.now));
      stage.skip(61_000);
    },
    close: () => stage.close(),
  };
};
