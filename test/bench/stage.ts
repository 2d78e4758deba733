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

/**
 * The product as an operator sets it up for one process, over a simulated cluster and a Telegram with a group in which omar
 * and ada are linked. Cluster and Telegram keep the time of each request by {@link clock}.
 */
export const openStage = async (wanted: Wanted, pace: Pace = { perMinute: UNPACED, rates: [] }) => {
  const site = await setUp({ ...wanted, now: clock, beneath: tmpdir() });
  const telegram = await startFakeTelegram({ now: clock, limits: { rates: pace.rates } });
  const users = { omar: telegram.addUser('omar'), ada: telegram.addUser('ada') };
  const group = telegram.addGroup('ops', Object.values(users));
  const privately = telegram.addPrivateChat(users.omar);
  link(join(site.folder, 'bot'), users);
  const token = site.plant('telegram', telegram.token);
  const rules = layWideCaps(site.folder);
  const bot = {
    rules,
    console: undefined,
    telegram: { token, api: telegram.apiRoot, per_minute: pace.perMinute, chats: [group.id] },
  };
  site.write({ bot, queue: undefined, worker: { bot_key: undefined } });
  site.start('main');
  await firstLook(site.ledger);
  const close = async (): Promise<void> => {
    await site.close();
    await telegram.close();
  };
  return { site, telegram, users, group, privately, close };
};
export type BenchStage = Awaited<ReturnType<typeof openStage>>;
