import { setTimeout as sleep } from 'node:timers/promises';
import { RATES, type Rate } from '../fake/telegram/limits.ts';
import { until } from '../flow/program.ts';
import { askAll } from './click.ts';
import { type Bench, median, quantile, time } from './row.ts';
import { type BenchStage, clock, openStage } from './stage.ts';

/** Cards edited in a minute while clicks are measured, and how many clicks. */
const [EDITS_A_MINUTE, CLICKS, QUIET_CLICKS] = [200, 60, 20];

const runningGuests = ({ site }: BenchStage, count: number): readonly number[] =>
  [...site.simulator.world.guests.values()]
    .filter((guest) => guest.power.on)
    .slice(0, count)
    .map((guest) => guest.vmid);

/** From a press on Deny, which is a decision that is stored, to its answer on the wire (ms). */
const ack = async ({ telegram, users, group }: BenchStage, card: number): Promise<number> => {
  const { callback_query: query } = telegram.press(users.ada, group, card, 'Deny');
  const start = clock();
  const answer = await until(
    () => `an answer to the press on ${card}`,
    () => telegram.answers().find(({ queryId }) => queryId === query?.id),
  );
  return answer.at - start;
};

/** How long a press takes to be acknowledged, while the cards of others are edited. */
export const clickWhileEditing: Bench = {
  name: 'ack',
  run: async () => {
    const stage = await openStage({ guests: 200, nodes: 8, pace: 0 });
    const { telegram, users, group } = stage;
    try {
      const cards = await askAll(stage, runningGuests(stage, QUIET_CLICKS + 2 * CLICKS));
      const all = [...cards.values()];
      const numbers = new Map(
        telegram.messages(group).map(({ id, text }) => [id, /#(\d+) ·/.exec(text)?.[1] ?? '']),
      );
      const alone: number[] = [];
      for (const card of all.slice(0, QUIET_CLICKS)) {
        await sleep(100);
        alone.push(await ack(stage, card));
      }
      const edits = telegram.calls('editMessageText').length;
      const start = clock();
      const others = all.slice(QUIET_CLICKS, QUIET_CLICKS + CLICKS);
      const editing = setInterval(() => {
        const card = others.pop();
        if (card !== undefined) telegram.say(users.omar, group, `/withdraw ${numbers.get(card)}`);
      }, 60_000 / EDITS_A_MINUTE);
      const beside: number[] = [];
      for (const card of all.slice(QUIET_CLICKS + CLICKS)) {
        beside.push(await ack(stage, card));
        await sleep(60_000 / EDITS_A_MINUTE - 50 + Math.random() * 100);
      }
      clearInterval(editing);
      const edited = telegram.calls('editMessageText').length - edits;
      const aMinute = (edited / (clock() - start)) * 60_000;
      return {
        name: `Telegram: a press to its acknowledgement while ${EDITS_A_MINUTE} cards a minute are edited, p50 : while none is`,
        ours: median(beside),
        baseline: median(alone),
        limit: null,
        unit: 'ms',
        notes: [
          `p99 ${time(quantile(beside, 0.99))}, while none is edited ${time(quantile(alone, 0.99))}; the button spins until then`,
          `${edited} edits, ${aMinute.toFixed(0)} a minute, those of the presses among them; ${CLICKS} presses`,
        ],
      };
    } finally {
      await stage.close();
    }
  },
};

/** More than a minute takes, so that the last one has to wait for the next. */
const DECIDED = 25;

/** The least time that so many edits in one chat take under these rates (ms): each as early as every window lets it. */
export const floorOf = (edits: number, rates: readonly Pick<Rate, 'count' | 'windowMs'>[]): number => {
  const times: number[] = [];
  for (let n = 0; n < edits; n += 1) {
    const earliest = rates.map(
      ({ count, windowMs }) => (times[n - count] ?? Number.NEGATIVE_INFINITY) + windowMs,
    );
    times.push(Math.max(times.at(-1) ?? 0, ...earliest));
  }
  return times.at(-1) ?? 0;
};

/** How near delivery comes to what the platform's rates allow. */
export const lastCopyEdited: Bench = {
  name: 'edits',
  run: async () => {
    const stage = await openStage({ guests: 60, nodes: 4, pace: 0 });
    const { telegram, users, group } = stage;
    try {
      const cards = [...(await askAll(stage, runningGuests(stage, DECIDED))).values()];
      const before = telegram.answers().length;
      // To post so many at this pace takes minutes, and then another until none of it counts: they are pressed while no bot is there.
      await stage.restart({ perMinute: 20, rates: RATES }, () => {
        for (const card of cards) telegram.press(users.ada, group, card, 'Deny');
      });
      const first = await until(
        () => 'a decision',
        () => telegram.answers()[before],
      );
      const start = first.at;
      const open = () =>
        telegram.messages(group).filter(({ buttons }) => buttons.flat().some(({ text }) => text === 'Deny'));
      while (open().length > 0) await sleep(20);
      const edits = telegram
        .calls('editMessageText')
        .filter(({ at, outcome }) => at >= start && outcome === 'ok');
      const refused = telegram
        .calls()
        .filter(({ outcome, args }) => outcome === 429 && Number(args['chat_id']) === group.id).length;
      const floor = floorOf(cards.length, RATES);
      return {
        name: `Telegram: ${cards.length} decisions at once to the last card edited : the floor of its rates`,
        ours: Math.max(...edits.map(({ at }) => at)) - start,
        baseline: floor,
        limit: 1.1,
        unit: 'ms',
        notes: [
          `${edits.length} edits of ${cards.length} cards, ${refused} calls to the group refused with 429`,
        ],
      };
    } finally {
      await stage.close();
    }
  },
};
