import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRival } from '#bot/telegram/rival';

test('two that poll with one token step back from each other, and each says so once', () => {
  let clock = 1_790_000_000_000;
  const logged: string[] = [];
  const log = { warn: (...said: unknown[]) => void logged.push(String(said.at(-1))) };
  const pauses = [openRival({ log }, () => clock), openRival({ log }, () => clock)].map((rival) =>
    Array.from({ length: 9 }, () => {
      clock += 1_000;
      return rival.pauseMs() / 1_000;
    }),
  );
  assert.deepEqual(pauses, [
    [1, 2, 4, 8, 16, 32, 60, 60, 60],
    [1, 2, 4, 8, 16, 32, 60, 60, 60],
  ]);
  assert.equal(logged.length, 2);
  const other = openRival({ log }, () => clock);
  other.pauseMs();
  clock += 3_600_000;
  assert.deepEqual(
    [other.pauseMs() / 1_000, logged.length],
    [1, 4],
    'after an hour it is told again, and begins anew',
  );
});
