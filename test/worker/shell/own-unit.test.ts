import assert from 'node:assert/strict';
import { it } from 'node:test';
import { unitIn } from '#worker/shell/own-unit';

it('the unit of a process is read from what the kernel says of its control groups', () => {
  const said: readonly (readonly [string, string | null])[] = [
    ['0::/system.slice/quorate-worker.service\n', 'quorate-worker.service'],
    ['0::/system.slice/quorate-worker.service/main\n', 'quorate-worker.service'],
    ['9:pids:/other.service\n1:name=systemd:/system.slice/cron.service\n', 'cron.service'],
    ['0::/user.slice/user-0.slice/session-4.scope\n', 'session-4.scope'],
    ['0::/\n', null],
    ['9:name=systemd:/\n', null],
    ['', null],
  ];
  for (const [text, unit] of said) assert.equal(unitIn(text), unit, text);
});
