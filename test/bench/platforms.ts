import assert from 'node:assert/strict';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { openDiscordCrowd } from '#test/contract/chat/discord-party';
import type { Configured, Shown } from '#test/contract/chat/party';
import { openSlackCrowd } from '#test/contract/chat/slack-party';
import { RATES } from '../fake/slack/limits.ts';
import { closeCrowds, type OpenCrowd, type Served, serveCrowds } from '../flow/crowds.ts';
import { until } from '../flow/program.ts';
import { firstLook } from '../flow/stage.ts';
import { layWideCaps } from '../flow/wide-caps.ts';
import { floorOf } from './cards.ts';
import { type Bench, median, quantile, time } from './row.ts';
import { clock } from './stage.ts';

/** Cards edited in a minute while presses are measured, how many presses then, and while none is edited. */
const [EDITS_A_MINUTE, CLICKS, QUIET_CLICKS] = [200, 40, 20];

/** How long all plans together may take (ms). */
const PATIENCE = 120_000;

/** Bot and worker as two processes, and one platform; ends everything after the use. */
const served = async <T>(
  open: OpenCrowd,
  use: (served: Served, crowd: Configured) => Promise<T>,
): Promise<T> => {
  const all = await serveCrowds({ guests: 200, nodes: 8, pace: 0 }, layWideCaps, [open]);
  try {
    const [crowd] = all.crowds;
    assert.ok(crowd);
    all.site.start('worker');
    all.site.start('bot');
    await firstLook(all.site.ledger);
    return await use(all, crowd);
  } finally {
    await closeCrowds(all);
  }
};

const waiting = (crowd: Configured): readonly Shown[] =>
  crowd.shown(crowd.room).filter(({ buttons }) => buttons.includes('Deny'));

/** Asks for stops of so many guests and waits until all of them wait for an approval. */
const askAll = async ({ site }: Served, crowd: Configured, count: number): Promise<readonly Shown[]> => {
  const running = [...site.simulator.world.guests.values()].filter(({ power }) => power.on);
  for (const { vmid } of running.slice(0, count)) crowd.says('omar', `/stop ${vmid}`);
  const late = clock() + PATIENCE;
  while (waiting(crowd).length < count) {
    if (clock() > late) throw new Error(`${waiting(crowd).length} of ${count} changes wait`);
    await sleep(50);
  }
  await sleep(500);
  return waiting(crowd);
};

/** From a press on Deny, which is a decision that is stored, until the platform waits for no acknowledgement (ms). */
const ack = async (crowd: Configured, { id }: Shown): Promise<number> => {
  const open = crowd.unacknowledged ?? assert.fail('this platform counts what is not acknowledged');
  await until(
    () => 'what came before is acknowledged',
    () => open() === 0,
  );
  const start = clock();
  crowd.presses('ada', id, { label: 'Deny' });
  while (open() > 0) await setImmediate();
  return clock() - start;
};

const clicks = (name: string, title: string, open: OpenCrowd): Bench => ({
  name,
  run: () =>
    served(open, async (all, crowd) => {
      const cards = await askAll(all, crowd, QUIET_CLICKS + 2 * CLICKS);
      const alone: number[] = [];
      for (const card of cards.slice(0, QUIET_CLICKS)) {
        await sleep(100);
        alone.push(await ack(crowd, card));
      }
      const others = cards.slice(QUIET_CLICKS, QUIET_CLICKS + CLICKS);
      const beside: number[] = [];
      const start = clock();
      for (const [index, card] of cards.slice(QUIET_CLICKS + CLICKS).entries()) {
        const number = /#(\d+) ·/.exec(others[index]?.text ?? '')?.[1] ?? '';
        crowd.says('omar', `/withdraw ${number}`);
        await sleep(Math.random() * 100);
        beside.push(await ack(crowd, card));
        await sleep(Math.max(0, start + (index + 1) * (60_000 / EDITS_A_MINUTE) - clock()));
      }
      const edited = cards.length - waiting(crowd).length - QUIET_CLICKS;
      return {
        name: `${title}: a press to its acknowledgement while ${EDITS_A_MINUTE} cards a minute are edited, p50 : while none is`,
        ours: median(beside),
        baseline: median(alone),
        limit: null,
        unit: 'ms',
        notes: [
          `p99 ${time(quantile(beside, 0.99))}, while none is edited ${time(quantile(alone, 0.99))}; ${beside.length} presses`,
          `${edited} cards edited, ${((edited / (clock() - start)) * 60_000).toFixed(0)} a minute, those of the presses among them`,
        ],
      };
    }),
});

/** So many decisions at once: more than one window takes. */
const DECIDED = 8;

type Rate = { readonly count: number; readonly windowMs: number };

const edits = (name: string, title: string, open: OpenCrowd, rate: Rate): Bench => ({
  name,
  run: () =>
    served(open, async (all, crowd) => {
      const cards = await askAll(all, crowd, DECIDED);
      // Nothing of what was posted counts any more.
      await sleep(rate.windowMs + 1_000);
      const start = clock();
      for (const { id } of cards) crowd.presses('ada', id, { label: 'Deny' });
      while (waiting(crowd).length > 0) await sleep(5);
      return {
        name: `${title}: ${cards.length} decisions at once to the last card edited : the floor of its rates`,
        ours: clock() - start,
        baseline: floorOf(cards.length, [rate]),
        limit: 1.1,
        unit: 'ms',
        notes: [`a channel takes ${rate.count} in ${rate.windowMs / 1000} s`],
      };
    }),
});

/** What Discord's headers usually name for edits in a channel: nobody promises it, and the bot reads it from them. */
const CHANNEL = { count: 5, windowMs: 5_000 };

/** About one message a second in a channel, in short bursts: https://docs.slack.dev/apis/web-api/rate-limits. */
const BURST = { count: 3, windowMs: 3_000 };

/** The rows of the other platforms, as those of Telegram in cards.ts. */
export const platformRows: readonly Bench[] = [
  clicks('ack-discord', 'Discord', openDiscordCrowd),
  clicks('ack-slack', 'Slack', openSlackCrowd),
  edits('edits-discord', 'Discord', () => openDiscordCrowd({ pace: CHANNEL }), CHANNEL),
  edits('edits-slack', 'Slack', () => openSlackCrowd({ rates: RATES, perMinute: 50 }), BURST),
];
