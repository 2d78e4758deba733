/** Numbers from 0 to 1 that follow from a seed: mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export type Dice = () => number;

/** Dice of one seed; whoever throws them prints it. */
export const dice = (seed: number): Dice => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

/** One of them; throws for none. */
export const pick = <T>(random: Dice, all: readonly T[]): T => {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
};

/** The seed of this run: QUORATE_SEED plays an earlier one again. */
export const seedOfRun = (): number => Number(process.env['QUORATE_SEED'] ?? Date.now() % 1_000_000);
