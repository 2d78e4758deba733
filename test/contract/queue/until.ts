import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds; throws naming it after `within` ms. */
export const until = async (what: string, holds: () => boolean, within = 30_000): Promise<void> => {
  const deadline = Date.now() + within;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited ${within} ms for: ${what}`);
    await sleep(10);
  }
};
