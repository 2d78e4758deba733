/** Waits after a failure (ms), by how often it failed before; the last one stays. */
const WAITS = [1000, 2000, 5000, 15_000, 30_000] as const;

/** How long to wait before a message is tried again (ms), after so many tries that failed. */
export const waitAfter = (tries: number): number => WAITS[Math.min(tries, WAITS.length - 1)] ?? 30_000;
