import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { LAUNCHER } from '#test/fixture/launcher';
import { codeAt } from './authenticator.ts';

const MAIN = join(import.meta.dirname, '../../../worker/main.ts');

describe('npm run worker -- factor', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-factor-'));
    const proxmox = 'proxmox: { url: "https://127.0.0.1:8006", trust: system, reader: "env:NONE" }';
    const config = `site: home\n${proxmox}\nworker: { node: pve1, state: ${folder}/state }\n`;
    writeFileSync(join(folder, 'quorate.yaml'), config);
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (args: readonly string[], config = join(folder, 'quorate.yaml')) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const child = spawn(LAUNCHER, [MAIN, 'factor', ...args], {
        env: { PATH: process.env['PATH'], QUORATE_CONFIG: config },
      });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        const secret = /by hand: (\w+)/.exec(out)?.[1];
        if (secret && out.endsWith('now:\n')) child.stdin.write(`${codeAt(secret, Date.now())}\n`);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        err += chunk.toString();
      });
      child.on('close', (code) => resolve({ code, out, err }));
    });

  it('enrols without any secret of Proxmox, in a journal that only its owner reads', async () => {
    const enrolled = await run(['enroll', 'ada']);
    assert.deepEqual([enrolled.code, enrolled.err], [0, '']);
    const modes = [join(folder, 'state'), join(folder, 'state/journal.db')].map(
      (path) => statSync(path).mode & 0o777,
    );
    assert.deepEqual(modes, [0o700, 0o600]);
    assert.deepEqual(await run(['list']), { code: 0, out: 'ada\n', err: '' });
    assert.equal((await run(['remove', 'ada'])).code, 0);
  });

  it('ends with 78 where nothing is configured', async () => {
    const { code, err } = await run(['list'], join(folder, 'none.yaml'));
    assert.equal(code, 78);
    assert.match(err, /expected/);
  });
});
