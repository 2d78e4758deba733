import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { bubblewrapArguments } from '#worker/sandbox/bubblewrap';

it('a rehearsal is set up whatever processes end meanwhile', async (context) => {
  const busy = spawn('sh', ['-c', 'while :; do for i in 1 2 3 4 5 6 7 8; do true | true & done; wait; done']);
  try {
    await once(busy, 'spawn');
    for (let i = 0; i < 2000; i += 1) {
      const told = bubblewrapArguments({
        merged: '/merged',
        root: '',
        real: [],
        socket: '/socket',
        env: {},
        cwd: '/',
        file: null,
        besidePmxcfs: false,
        memoryFiles: 0,
      });
      assert.ok(told.includes('/proc/sys'), 'what the machine shares is bound read-only');
      if (i % 20 === 0) await new Promise(setImmediate);
    }
  } finally {
    busy.kill('SIGKILL');
    await once(busy, 'exit');
  }
  context.diagnostic('2000 looks at /proc');
});
