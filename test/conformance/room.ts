import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { User } from '@grammyjs/types';
import pino, { type Logger } from 'pino';
import { type RunningBot, startBot } from '#bot/bot';
import type { Chat } from '#bot/chat/chat';
import { type RulesLook, readRules, watchRules } from '#bot/rules-file';
import { connectTelegram } from '#bot/telegram/telegram';
import type { Watching } from '#bot/watching';
import { type AuditRecord, queryAudit } from '#db/audit/query';
import { type Ledger, systemRandom } from '#db/ledger/ledger';
import { homeOf } from '#db/ledger/moved-chats';
import { bindAccount, putPerson } from '#db/ledger/people';
import { openDatabase } from '#db/open';
import { localHub, localQueue } from '#db/queue/local';
import type { Queue } from '#db/queue/queue';
import type { Person } from '#policies/person';
import { ok } from '#policies/result';
import type { Rules } from '#policies/rules/schema';
import type { Scope } from '#policies/scope';
import { SCRATCH } from '#test/fixture/scratch';
import { startFakeTelegram } from '../fake/telegram/telegram.ts';
import { UNPACED } from '../fake/telegram/unpaced.ts';
import { obedient, type Script, startFakeWorker } from '../fake/worker.ts';
import { EVERYBODY } from '../policies/people.ts';

const preset = (): Rules => {
  const rules = readRules('two-person');
  if (!rules.ok) throw new Error('the preset cannot be read');
  return rules.value;
};

/** Rules that nobody edits. */
const unedited = (rules: Rules): RulesLook => {
  const looks = [ok(rules)];
  return () => looks.pop() ?? null;
};

/** How long anything may take to be seen (ms). */
const PATIENCE = 60_000;

/** Waits until `look` gives something; fails with `what` when it does not. */
export const until = async <T>(what: string, look: () => T | undefined | false): Promise<T> => {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`not seen within ${PATIENCE} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

/** Another platform that the same bot serves; everybody in its chats sees everything. */
export type Beside = {
  readonly connect: (parts: { readonly now: () => number; readonly log: Logger }) => Chat;
  readonly chats: readonly Omit<Watching, 'sees'>[];
};

type Options = {
  readonly people?: readonly Person[];
  readonly rules?: Rules;
  /** The rules are in this file instead, which is watched. */
  readonly rulesFile?: string;
  readonly type?: 'group' | 'supergroup';
  /** What the readers of the group may see; everything where nothing is given. */
  readonly sees?: Scope;
  /** What the bot's clock says when the room opens (ms); the clock of this machine where nothing is given. */
  readonly at?: number;
  readonly beside?: Beside;
};

/**
 * A whole bot that real people talk to through Telegram: real grammY over a socket to a fake server, real ledger, and a
 * worker at the other end of the queue whose answers a test can script.
 */
export const openRoom = async ({
  people = EVERYBODY,
  rules = preset(),
  rulesFile,
  type = 'supergroup',
  sees = 'everything',
  at,
  beside,
}: Options = {}) => {
  const folder = mkdtempSync(join(SCRATCH, 'quorate-room-'));
  let skipped = at === undefined ? 0 : at - Date.now();
  const now = (): number => Date.now() + skipped;
  const telegram = await startFakeTelegram();
  const ledger: Ledger = {
    db: openDatabase({ path: join(folder, 'ledger.sqlite'), migrations: 'ledger', now }),
    now,
    random: systemRandom,
  };
  const users = new Map<string, User>(people.map(({ id, name }) => [id, telegram.addUser(name)]));
  const group = telegram.addGroup('ops', [...users.values()], { type });
  const user = (name: string) => {
    const found = users.get(name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  const privateChats = new Map<string, ReturnType<typeof telegram.addPrivateChat>>();
  for (const person of people) {
    putPerson(ledger, person, { cli: 'test' });
    bindAccount(
      ledger,
      person.id,
      { platform: 'telegram', tenant: '', id: String(user(person.id).id) },
      { cli: 'test' },
    );
    privateChats.set(person.id, telegram.addPrivateChat(user(person.id)));
  }
  const hub = localHub();
  let carrier = (): Queue => localQueue(hub);
  const script: Script = obedient();
  const worker = await startFakeWorker(hub, now, script);
  const { privateKey: key } = generateKeyPairSync('ed25519');
  const logged: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void logged.push(line) });
  const watching = [
    { platform: 'telegram', chat: String(group.id), sees },
    ...(beside?.chats ?? []).map((chat) => ({ ...chat, sees: 'everything' as const })),
  ];
  const start = (chats = [String(group.id)]): Promise<RunningBot> => {
    const { token, apiRoot } = telegram;
    const home = (id: string): string => homeOf(ledger, { platform: 'telegram', chat: id });
    const chat = connectTelegram({ token, apiRoot, chats, home, now, log, perMinute: UNPACED });
    return startBot({
      ledger,
      rules: rulesFile === undefined ? unedited(rules) : watchRules(rulesFile),
      key,
      queue: carrier(),
      chats: beside ? [chat, beside.connect({ now, log })] : [chat],
      watching,
      locale: 'en',
      log,
      beat: 20,
    });
  };
  let bot = await start();
  await worker.greet();
  const cards = () => telegram.messages(group).filter(({ fromBot }) => fromBot);
  const answerTo = async ({
    callback_query: query,
  }: {
    readonly callback_query?: { readonly id: string };
  }): Promise<string> => {
    const toast = await until(`an answer to press ${query?.id}`, () =>
      telegram.answers().find(({ queryId }) => queryId === query?.id),
    );
    return toast.text ?? '';
  };
  const audit = (): readonly AuditRecord[] => queryAudit(ledger.db, { limit: 1000 });

  return {
    telegram,
    group,
    ledger,
    worker,
    script,
    user,
    audit,
    /** What the bot told everybody in the group. */
    announced: (words: RegExp) =>
      until(`the group is told ${words}`, () => cards().find(({ text }) => words.test(text))),
    hub,
    /** What the bot's log says so far, one JSON text a line. */
    logged: (): readonly string[] => logged,
    get bot() {
      return bot;
    },
    /** Lets time pass for the bot (ms). */
    skip: (ms: number) => {
      skipped += ms;
    },
    /** Sets the bot's clock to a moment that is still to come (ms). */
    skipTo: (moment: number) => {
      skipped += moment - now();
    },
    say: (name: string, text: string) => telegram.say(user(name), group, text),
    /** The card of a change in the group, as people see it now. */
    card: (no: number) => cards().find((message) => message.text.includes(`#${no} ·`)),
    /** Waits until the card of a change says something. */
    cardSays: (no: number, words: RegExp) =>
      until(`card #${no} ${words}`, () => {
        skipped += 250; // the platform's pause between two edits need not be waited for
        return cards().find(({ text }) => text.includes(`#${no} ·`) && words.test(text));
      }),
    /** Presses a button of a change's card and gives the one private answer. */
    press: async (name: string, no: number, label: string) => {
      const card = await until(`card #${no} with ${label}`, () =>
        cards().find(
          ({ text, buttons }) =>
            text.includes(`#${no} ·`) && buttons.flat().some((button) => button.text === label),
        ),
      );
      return answerTo(telegram.press(user(name), group, card.id, label));
    },
    /** The platform delivers a press once more, as another update. */
    replay: ({ callback_query }: ReturnType<typeof telegram.press>) =>
      callback_query && telegram.forge({ callback_query }),
    answerTo: (update: { readonly callback_query?: { readonly id: string } }) => answerTo(update),
    /** Says something to the bot in private and gives the one answer. */
    ask: async (name: string, text: string): Promise<string> => {
      const chat = privateChats.get(name) ?? group;
      const answers = () => telegram.messages(chat).filter(({ fromBot }) => fromBot);
      const before = answers().length;
      telegram.say(user(name), chat, text);
      await until(`an answer to ${text.slice(0, 80)}`, () => answers().length > before);
      return answers()
        .slice(before)
        .map((answer) => answer.text)
        .join('\n');
    },
    /** The last message in somebody's private chat with the bot. */
    told: (name: string, words: RegExp) =>
      until(`${name} is told ${words}`, () =>
        telegram
          .messages(privateChats.get(name) ?? group)
          .find(({ text, fromBot }) => fromBot && words.test(text)),
      ),
    /** Stops the bot and starts it again; with `chats`, these are the groups of the configuration now. */
    restart: async (chats?: string[]) => {
      await bot.stop();
      bot = await start(chats);
    },
    /** From its next start on the bot's messages go over this queue. */
    carryBy: (queue: Queue) => {
      carrier = () => queue;
    },
    stopBot: () => bot.stop(),
    startBot: async () => {
      bot = await start();
    },
    close: async () => {
      await bot.stop();
      await worker.close();
      await telegram.close();
      ledger.db.close();
      rmSync(folder, { recursive: true });
    },
  };
};
