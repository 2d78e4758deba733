import assert from 'node:assert/strict';
import { it } from 'node:test';
import { repeat } from '#bot/delivery/repeat';
import { until } from '../../conformance/room.ts';

it('work that fails before it gives a promise, or after, is told and tried again', async () => {
  const told: unknown[] = [];
  let runs = 0;
  const work = (): Promise<void> => {
    runs += 1;
    if (runs === 1) throw new Error('at once');
    return runs === 2 ? Promise.reject(new Error('later')) : Promise.resolve();
  };
  const trouble = (_: string, cause: unknown): void => void told.push(String(cause));
  const repeating = repeat(work, { everyMs: 5, trouble });
  await until('the third run', () => runs > 2);
  await repeating.stop();
  assert.deepEqual(told, ['Error: at once', 'Error: later']);
});
