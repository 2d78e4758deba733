import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { verifyAudit } from '#db/audit/verify';
import { changesIn } from '#db/ledger/change-rows';
import { apply } from '#db/ledger/changes';
import { type Ledger, systemRandom } from '#db/ledger/ledger';
import { openDatabase } from '#db/open';
import type { Change } from '#policies/change/change';
import type { ChangeEvent } from '#policies/change/event';
import { openDiscordCrowd } from '#test/contract/chat/discord-party';
import type { Configured } from '#test/contract/chat/party';
import { openSlackCrowd } from '#test/contract/chat/slack-party';
import { openTelegramCrowd } from '#test/contract/chat/telegram-party';
import { ada, omar } from '../policies/people.ts';
import { cardsOf, closeCrowds, type OpenCrowd, type Served, serveCrowds } from './crowds.ts';
import { until } from './program.ts';
import { firstLook } from './stage.ts';
import { layWideCaps } from './wide-caps.ts';

/** Open cards when the bot is killed, by what becomes of each of them, in the order of asking. */
const FATES = [
  'done',
  'done',
  'denied',
  'denied',
  'withdrawn',
  'expired',
  'deleted',
  'open',
  'open',
] as const;
type Fate = (typeof FATES)[number];

const DECIDES = /Approve|Deny|Withdraw/;

/** What a card says at last, and whether something can be decided on it. */
const RIGHT: Readonly<Record<Fate, { readonly says: RegExp; readonly live: boolean }>> = {
  done: { says: /done and verified/, live: false },
  denied: { says: /denied/, live: false },
  withdrawn: { says: /withdrawn/, live: false },
  expired: { says: /expired/, live: false },
  deleted: { says: /waiting for approval/, live: true },
  open: { says: /waiting for approval/, live: true },
};

const numbers = (fate: Fate): readonly number[] =>
  FATES.flatMap((one, index) => (one === fate ? [index + 1] : []));

const inLedger = <T>({ site }: Served, use: (ledger: Ledger) => T): T => {
  const db = openDatabase({ path: site.ledger, migrations: 'ledger', now: Date.now });
  try {
    return use({ db, now: Date.now, random: systemRandom });
  } finally {
    db.close();
  }
};

/** There is one card of this change, and it is as its fate wants it. */
const isRight = (crowd: Configured, no: number, fate: Fate): boolean => {
  const [card, ...more] = cardsOf(crowd, no);
  const { says, live } = RIGHT[fate];
  if (!card || more.length > 0) return false;
  return says.test(card.text) && card.buttons.some((label) => DECIDES.test(label)) === live;
};

const cards = (crowd: Configured): string =>
  JSON.stringify(
    FATES.map((_, index) => cardsOf(crowd, index + 1)),
    null,
    1,
  );

const askForAll = async ({ site }: Served, crowd: Configured): Promise<void> => {
  const running = [...site.simulator.world.guests.values()].filter(({ power }) => power.on);
  for (const { vmid } of running.slice(0, FATES.length)) crowd.says('omar', `/stop ${vmid}`);
  await until(
    () => `every card is there to decide on:\n${cards(crowd)}`,
    () => FATES.every((_, index) => isRight(crowd, index + 1, 'open')),
  );
};

const press = (crowd: Configured, no: number, label: string): void => {
  const [card] = cardsOf(crowd, no);
  crowd.presses('ada', card?.id ?? assert.fail(`no card of #${no}`), { label });
};

/** What the bot wrote down in the moment before it was killed, of which it told nobody. */
const decideUntold = (served: Served): void =>
  inLedger(served, (ledger) => {
    const awaiting = changesIn(ledger, ['awaiting']);
    const each = (fate: Fate, event: (change: Change) => ChangeEvent): void => {
      for (const no of numbers(fate)) {
        const change = awaiting.find((one) => one.no === no);
        assert.ok(change, `#${no} waits`);
        assert.ok(apply(ledger, change.id, event(change), { person: ada.id }).ok);
      }
    };
    each('denied', ({ state }) => {
      const plan = 'plan' in state ? state.plan : null;
      return { type: 'deny', by: ada.id, plan: plan ?? assert.fail('a change that waits has a plan'), at: 1 };
    });
    each('withdrawn', () => ({ type: 'withdraw', by: omar.id }));
    each('expired', () => ({ type: 'tick', at: Date.now() + 86_400_000 }));
  });

/** Kills the bot while the worker does what was agreed to, whose end nobody hears of then. */
const outage = async (served: Served, crowd: Configured, bot: ReturnType<Served['site']['start']>) => {
  const { site } = served;
  const done = numbers('done');
  for (const no of done) press(crowd, no, 'Approve');
  await until(
    () => 'the worker does what was agreed to',
    () => site.requests('POST', /\/status\/stop$/) === done.length,
  );
  assert.deepEqual(await bot.end('SIGKILL'), { code: null, signal: 'SIGKILL' }, bot.err());
  decideUntold(served);
  for (const no of numbers('deleted')) crowd.deletes?.(cardsOf(crowd, no)[0]?.id ?? assert.fail());
};

const play = async (open: OpenCrowd): Promise<void> => {
  const served = await serveCrowds({ pace: 0.5, guests: 40 }, layWideCaps, [open]);
  try {
    const { site, crowds } = served;
    const [crowd] = crowds;
    assert.ok(crowd);
    site.start('worker');
    const bot = site.start('bot');
    await firstLook(site.ledger);
    await askForAll(served, crowd);
    await outage(served, crowd, bot);
    site.start('bot');
    await until(
      () => `every card is right:\n${cards(crowd)}`,
      () => FATES.every((fate, index) => isRight(crowd, index + 1, fate)),
    );
    // What stands there can be decided on: the old card, and the new one.
    for (const no of [...numbers('deleted'), ...numbers('open')]) press(crowd, no, 'Deny');
    await until(
      () => `the cards that were left open are decided:\n${cards(crowd)}`,
      () => [...numbers('deleted'), ...numbers('open')].every((no) => isRight(crowd, no, 'denied')),
    );
    for (const file of [site.ledger, site.journal]) assert.equal(verifyAudit(file).verdict, 'whole');
  } finally {
    await closeCrowds(served);
  }
};

describe('After an outage every open card is right within a minute, and dead buttons go', () => {
  it('on Telegram', () => play(openTelegramCrowd));
  it('on Discord', () => play(openDiscordCrowd));
  it('on Slack', () => play(openSlackCrowd));
});
