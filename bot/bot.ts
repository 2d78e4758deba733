import type { KeyObject } from 'node:crypto';
import type { Logger } from 'pino';
import { appendAudit } from '#db/audit/append';
import { openAuthority } from '#db/ledger/authority';
import { changesIn } from '#db/ledger/change-rows';
import { codesUnderWay } from '#db/ledger/codes';
import { copiesBehind } from '#db/ledger/copies';
import { redrawOpen } from '#db/ledger/copies-behind';
import { prune, sealAudit } from '#db/ledger/housekeeping';
import { inventoryReader } from '#db/ledger/inventory';
import type { Ledger } from '#db/ledger/ledger';
import { noticesDue } from '#db/ledger/notices';
import { keepDown } from '#db/ledger/platforms-down';
import { takeReport } from '#db/ledger/reports';
import { remindOfReviews } from '#db/ledger/reviews';
import { tellStrangers } from '#db/ledger/strangers';
import { tick } from '#db/ledger/tick';
import { tellTurnedAway } from '#db/ledger/turned-away';
import { immediate } from '#db/open';
import type { Queue } from '#db/queue/queue';
import { relay } from '#db/queue/relay';
import type { Change } from '#policies/change/change';
import type { Chat } from './chat/chat.ts';
import { menusIn } from './commands/table.ts';
import { announceAll } from './delivery/announce.ts';
import { type Busy, idle } from './delivery/beside.ts';
import { deliverAll } from './delivery/deliver.ts';
import { type PacedChat, paced } from './delivery/pace.ts';
import { repeat, type Work } from './delivery/repeat.ts';
import { openCodeTelling } from './delivery/tell-codes.ts';
import { keepLooking, lookAtRules } from './look-at-rules.ts';
import type { Office } from './office.ts';
import type { RulesLook } from './rules-file.ts';
import { serveChat } from './serve.ts';
import { takeHidden } from './shown-in.ts';
import { watchingNow } from './watching.ts';

/** What a bot is made of. `watching`: chats that get the card of every change they may see. */
export type BotParts = {
  readonly ledger: Ledger;
  /** Asked again with each beat what the rule file says. */
  readonly rules: RulesLook;
  readonly key: KeyObject;
  readonly queue: Queue;
  readonly chats: readonly Chat[];
  readonly watching: Office['watching'];
  readonly locale: string;
  readonly log: Logger;
  /** What is waited for before people are let in. */
  readonly first?: (office: Office) => Promise<void>;
  /** Longest wait of work that nobody woke (ms): expiry, retries, copies that may be edited again. */
  readonly beat?: number;
};

/** A bot at work. `idle` resolves when nothing runs and every card and answer is out. */
export type RunningBot = { readonly office: Office; idle(): Promise<void>; stop(): Promise<void> };

const DAY = 86_400_000;

const BUSY = ['planning', 'approved', 'running', 'confirming'] as const;

const openOffice = (parts: BotParts): Office => {
  const { ledger, key, watching, locale } = parts;
  const office = {
    ledger,
    authority: openAuthority(ledger, key),
    inventories: inventoryReader(ledger),
    watching,
    locale,
  };
  immediate(ledger.db, () => {
    lookAtRules(office, parts);
    redrawOpen(ledger);
    const facts = { rules: office.authority.digest };
    appendAudit(ledger.db, { kind: 'bot.started', actor: { system: 'bot' }, facts }, ledger.now());
  });
  return office;
};

/** Something that waits for a window, its rest or a person who keeps it is not under way. */
const isUnderWay = ({ state }: Change, now: number): boolean => {
  if (state.state === 'confirming') return state.chosen !== null;
  return state.state !== 'approved' || state.from <= now;
};

/** Whether nothing runs and every copy of every card is out. */
const isQuiet = ({ ledger, chats }: BotParts): boolean =>
  !changesIn(ledger, BUSY).some((change) => isUnderWay(change, ledger.now())) &&
  !codesUnderWay(ledger) &&
  chats.every(
    ({ platform }) =>
      copiesBehind(ledger, platform, 1).length === 0 && noticesDue(ledger, platform).length === 0,
  );

/** How long a round waits for a chat or an account that does not answer (ms), before it goes on in the others without it. */
const PATIENCE = 1_000;

/** A chat, and where in it a card, a notice or what became of a code is on its way. */
type Round = { readonly chat: PacedChat } & Readonly<Record<'cards' | 'notices' | 'codes', Busy>>;

const roundOf = (chat: PacedChat): Round => ({
  chat,
  cards: idle(PATIENCE),
  notices: idle(PATIENCE),
  codes: idle(PATIENCE),
});

const deliver =
  (office: Office, { chat, cards }: Round): Work =>
  async (again) => {
    const ms = await deliverAll(office, chat, cards);
    if (ms !== null) again(ms);
  };

/** What is on its way is waited for at a stop, for where it landed must be known. */
const landed = (rounds: readonly Round[]): Promise<unknown> =>
  Promise.allSettled(
    rounds.flatMap(({ cards, notices, codes }) =>
      [cards, notices, codes].flatMap(({ lanes }) => [...lanes.values()]),
    ),
  );

/** What time alone brings about. */
const pass = (office: Office): void => {
  const { ledger, authority } = office;
  tick(ledger, authority);
  tellStrangers(ledger);
  tellTurnedAway(ledger);
  remindOfReviews(ledger, watchingNow(office));
  takeHidden(office);
  sealAudit(ledger, authority);
};

/** What whoever asks on another platform, or in the shell, is told of those that hear nobody. */
const noteDown = ({ ledger }: Office, chats: readonly Chat[]): void =>
  keepDown(ledger, new Map(chats.map((chat) => [chat.platform, chat.down()])));

/** All that is sent to chats and is no answer to an event: cards, notices, and what became of codes. */
const sendings = (office: Office, rounds: readonly Round[]): readonly Work[] =>
  rounds.flatMap((round) => [
    deliver(office, round),
    () => announceAll(office, round.chat, round.notices),
    openCodeTelling(office, round.chat, round.codes),
  ]);

/** Starts the bot: reports come in, jobs go out, time passes, chats are served and cards delivered. */
export const startBot = async (parts: BotParts): Promise<RunningBot> => {
  const { ledger, queue, log, locale, beat: everyMs = 1000 } = parts;
  const chats = parts.chats.map((chat) => paced(chat, ledger.now));
  const office = openOffice(parts);
  const trouble = (what: string, cause: unknown): void => log.warn({ err: cause }, what);
  const out = relay({ db: ledger.db, queue, now: ledger.now, from: 'bot', onTrouble: trouble });
  const rounds = chats.map(roundOf);
  const deliveries = sendings(office, rounds).map((work) => repeat(work, { everyMs, trouble }));
  const moved = (): void => {
    out.wake();
    for (const delivery of deliveries) delivery.wake();
  };
  const time = repeat(
    () => {
      pass(office);
      noteDown(office, chats);
      moved();
      return Promise.resolve();
    },
    { everyMs, trouble },
  );
  const rules = keepLooking(office, parts, { everyMs, trouble });
  const daily = repeat(() => Promise.resolve(prune(ledger)), { everyMs: DAY, trouble });
  const unhear = await queue.receive('bot', (envelope) => {
    takeReport(ledger, office.authority, envelope);
    moved();
    return Promise.resolve();
  });
  await parts.first?.(office);
  const served = await Promise.all(chats.map((chat) => serveChat({ office, chat, log, moved })));
  // Not at the next beat: whoever asks at once is told by a platform that it is not connected.
  noteDown(office, chats);
  await Promise.all(chats.map((chat) => chat.menu(menusIn(locale))));

  return {
    office,
    idle: async () => {
      do {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await Promise.all(served.map((chat) => chat.settled()));
      } while (!isQuiet(parts));
    },
    stop: async () => {
      await Promise.all(chats.map((chat) => chat.stop()));
      const repeated = [time, rules, daily, ...deliveries];
      await Promise.all([unhear(), out.stop(), ...repeated.map((one) => one.stop())]);
      await landed(rounds);
      keepDown(ledger, new Map());
    },
  };
};
