/** Runs work one at a time for each key, in the order it came; different keys do not wait for each other. */
export type Lanes = {
  readonly run: <T>(key: string, work: () => Promise<T>) => Promise<T>;
  /** Resolves when no lane has work left. */
  readonly idle: () => Promise<void>;
};

export const lanes = (): Lanes => {
  const tails = new Map<string, Promise<unknown>>();
  const run = <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const turn = (tails.get(key) ?? Promise.resolve()).then(work);
    // Whoever asked hears of a failure; the next in the lane only needs to know that it is over.
    const tail = turn
      .catch(() => undefined)
      .then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
    tails.set(key, tail);
    return turn;
  };
  const idle = async (): Promise<void> => {
    while (tails.size > 0) await Promise.all(tails.values());
  };
  return { run, idle };
};
