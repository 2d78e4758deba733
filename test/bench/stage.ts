import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { User } from '@grammyjs/types';
import { openGround } from '#bot/main';
import { bindAccount, putPerson } from '#db/ledger/people';
import { PersonId } from '#policies/ids';
import type { Rate } from '../fake/telegram/limits.ts';
import { startFakeTelegram } from '../fake/telegram/telegram.ts';
import { UNPACED } from '../fake/telegram/unpaced.ts';
import { setUp, type Wanted } from '../flow/set-up.ts';
import { firstLook } from '../flow/stage.ts';
import { layWideCaps } from '../flow/wide-caps.ts';

/** Milliseconds since 1970 to the microsecond, by the clock behind process.hrtime. */
export const clock = (): number => performance.timeOrigin + performance.now();

const ROLES = { omar: 'operator', ada: 'admin' } as const;
type Name = keyof typeof ROLES;

const link = (state: string, users: { readonly [N in Name]: User }): void => {
  const { ledger } = openGround(state, Date.now);
  for (const name of ['omar', 'ada'] as const) {
    const id = PersonId.parse(name);
    const actor = { cli: 'bench' };
    const plain = { scope: 'everything', locale: '', disabled: false } as const;
    putPerson(ledger, { id, name, role: ROLES[name], ...plain, groups: [] }, actor);
    bindAccount(ledger, id, { platform: 'telegram', tenant: '', id: String(users[name].id) }, actor);
  }
  ledger.db.close();
};

/** What a group takes in a minute as configured, and what Telegram lets through. */
export type Pace = { readonly perMinute: number; readonly rates: readonly Rate[] };

/** The pace of nobody: the bot keeps none, and Telegram enforces none. */
const NONE: Pace = { perMinute: UNPACED, rates: [] };

/**
 * The product as an operator sets it up for one process, over a simulated cluster and a Telegram with a group in which omar
 * and ada are linked. Cluster and Telegram keep the time of each request by {@link clock}.
 */
export const openStage = async (wanted: Wanted) => {
  const site = await setUp({ ...wanted, now: clock, beneath: tmpdir() });
  const enforced: Rate[] = [];
  const telegram = await startFakeTelegram({ now: clock, limits: { rates: enforced } });
  const users = { omar: telegram.addUser('omar'), ada: telegram.addUser('ada') };
  const group = telegram.addGroup('ops', Object.values(users));
  const privately = telegram.addPrivateChat(users.omar);
  link(join(site.folder, 'bot'), users);
  const token = site.plant('telegram', telegram.token);
  const rules = layWideCaps(site.folder);
  const start = ({ perMinute, rates }: Pace) => {
    const bot = {
      rules,
      console: undefined,
      telegram: { token, api: telegram.apiRoot, per_minute: perMinute, chats: [group.id] },
    };
    site.write({ bot, queue: undefined, worker: { bot_key: undefined } });
    enforced.push(...rates);
    return site.start('main');
  };
  const first = start(NONE);
  await firstLook(site.ledger);
  /** From now on this pace is kept and enforced, by a bot started anew, and nothing sent so far counts; `meanwhile` there is none. */
  const restart = async (pace: Pace, meanwhile: () => void): Promise<void> => {
    await first.end();
    meanwhile();
    start(pace);
  };
  const close = async (): Promise<void> => {
    await site.close();
    await telegram.close();
  };
  return { site, telegram, users, group, privately, restart, close };
};
export type BenchStage = Awaited<ReturnType<typeof openStage>>;
