import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Program, startProgram } from './program.ts';

/** Starts the program of `npm start` with nothing configured; what it keeps goes when the test ends. */
const withDemo = async (
  use: (demo: Program, say: (text: string) => void) => Promise<void>,
): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-start-'));
  const demo = startProgram({ file: 'main.ts', env: { TMPDIR: folder } });
  try {
    await use(demo, (text) => demo.child.stdin?.write(text));
  } finally {
    await demo.end('SIGKILL');
    rmSync(folder, { recursive: true });
  }
};

describe('npm start with nothing configured', () => {
  it('answers piped input, says that the node is simulated, and ends with 0', async () => {
    await withDemo(async (demo) => {
      demo.child.stdin?.end('@vera /status\n@vera /guest 101\n@vera /stop 101\nnonsense');
      assert.deepEqual(await demo.ended, { code: 0, signal: null });
      assert.match(demo.out(), /SIMULATED: nothing real is touched/);
      assert.match(demo.out(), /\(to vera\) .* home · .*\n {2}This Proxmox VE is simulated/);
      assert.match(demo.out(), /\(to vera\) .* 101 web-01 · running/);
      assert.match(demo.out(), /\(to vera\) You are viewer/);
      assert.match(demo.out(), /\(to vera\) There is no command nonsense/);
      assert.equal(demo.err(), '');
    });
  });

  it('takes piped lines one after the other, each when the one before it is done', async () => {
    await withDemo(async (demo) => {
      demo.child.stdin?.end('@omar /stop 101\n@ada /approve 1\n@vera /change 1\n');
      assert.deepEqual(await demo.ended, { code: 0, signal: null });
      assert.match(demo.out(), /\(to ada\) Counted. It begins now/);
      assert.match(demo.out(), /\(to vera\) .* #1 · stop web-01 .*done and verified/);
    });
  });

  it('waits at the end of its input for the change that runs', async () => {
    await withDemo(async (demo, say) => {
      say('@omar /stop 101\n');
      await demo.says(/\[\d+\] Approve/);
      const [, approve] = /\[(\d+)\] Approve/.exec(demo.out()) ?? [];
      demo.child.stdin?.end(`@ada ${approve}\n`);
      assert.deepEqual(await demo.ended, { code: 0, signal: null });
      assert.match(demo.out(), /#1 · stop web-01 .*done and verified/);
    });
  });

  it('ends with 0 when it is asked to stop', async () => {
    await withDemo(async (demo, say) => {
      say('@vera /status\n');
      await demo.says(/\(to vera\)/);
      assert.deepEqual(await demo.end(), { code: 0, signal: null });
    });
  });
});
