import type { Configured, Fault } from '#test/contract/chat/party';
import { type Dice, pick } from './dice.ts';

/** Who does something; `mute` cannot be written to unasked. */
export const NAMES = ['omar', 'ada', 'mute'] as const;

const READS = ['/status', '/guests', '/backups', '/changes', '/whoami', '/help', '/guest 9999'];
const ASKS = ['/stop', '/start', '/reboot', '/shutdown'];

const FAULTS: readonly Fault[] = [
  { fault: 'wait', seconds: 1 },
  { fault: 'broken', when: 'before' },
  { fault: 'broken', when: 'after' },
  { fault: 'dropped', when: 'before' },
  { fault: 'dropped', when: 'after' },
];

/** What was done so far: how much each person did, so much was broken, and how many answers to posts were lost. */
export type Tally = {
  readonly did: Map<string, number>;
  readonly lostPosts: Map<string, number>;
  acts: number;
};

const count = (map: Map<string, number>, key: string): void => void map.set(key, (map.get(key) ?? 0) + 1);

const speak = (random: Dice, crowd: Configured, name: string, vmids: readonly number[]): void => {
  const line = random() < 0.75 ? pick(random, READS) : `${pick(random, ASKS)} ${pick(random, vmids)}`;
  // Whoever cannot be written to has no private chat to type in either.
  (random() < 0.3 && name !== crowd.mute ? crowd.mutters : crowd.says)(name, line);
};

/** Presses any button there is, or one that nobody ever got; false where there is nothing to press. */
const press = (random: Dice, crowd: Configured, name: string): boolean => {
  const cards = crowd.shown(crowd.room);
  const live = cards.filter(({ buttons }) => buttons.length > 0);
  const forged = random() < 0.05;
  if ((forged ? cards : live).length === 0) return false;
  const card = pick(random, forged ? cards : live);
  crowd.presses(
    name,
    card.id,
    forged ? { forged: 'zzzzzzzzzzzzzzzzzzzz' } : { label: pick(random, card.buttons) },
  );
  return true;
};

const mischief = (random: Dice, crowd: Configured, { lostPosts }: Tally): void => {
  if (random() < 0.15) {
    const of = pick(random, ['post', 'edit'] as const);
    const fault = pick(random, FAULTS);
    crowd.fault?.(of, fault);
    if (of === 'post' && 'when' in fault && fault.when === 'after') count(lostPosts, crowd.platform);
  }
  if (random() < 0.05) crowd.repeats?.();
  if (random() < 0.01) crowd.cuts?.();
};

/** One person does one thing somewhere, and something may go wrong with it. */
export const act = (
  random: Dice,
  crowds: readonly Configured[],
  { tally, vmids }: { readonly tally: Tally; readonly vmids: readonly number[] },
): void => {
  const crowd = pick(random, crowds);
  const name = pick(random, NAMES);
  mischief(random, crowd, tally);
  if (random() < 0.5 || !press(random, crowd, name)) speak(random, crowd, name, vmids);
  count(tally.did, name);
  tally.acts += 1;
};
