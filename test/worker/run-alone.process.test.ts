import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import { openSeal } from '#db/queue/sealed';
import { connectQueue } from '#db/queue/socket';
import { Report } from '#policies/report';
import { LAUNCHER } from '#test/fixture/launcher';
import { ACTOR, READER } from '#worker/simulator/demo-access';
import { openSite, type Site } from './jobs/site.ts';

const MAIN = join(import.meta.dirname, '../../worker/main.ts');

const spawnWorker = (
  config: string,
): { child: ChildProcess; ended: Promise<{ code: number | null; err: string }> } => {
  const child = spawn(LAUNCHER, [MAIN], {
    env: { PATH: process.env['PATH'], QUORATE_CONFIG: config },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<{ code: number | null; err: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, err }));
  });
  return { child, ended };
};

const writeConfig = (site: Site, socket: string): string => {
  const { folder, simulator, secrets, publicKey } = site;
  const keep = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const ca = keep('ca.pem', simulator.ca);
  const key = keep('bot.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const reader = keep('reader', `${READER}=${secrets.reader}`);
  const actor = keep('actor', `${ACTOR}=${secrets.actor}`);
  return keep(
    'quorate.yaml',
    `site: home
proxmox: { url: "${simulator.url}", trust: { ca: ${ca} }, reader: "file:${reader}", actor: "file:${actor}" }
queue: { socket: ${socket} }
worker: { node: pve1, state: ${site.state}, root: ${site.root}, policy: ${folder}/none.yaml, bot_key: ${key} }
`,
  );
};

test('a worker of its own says hello over the socket and ends with 0 when it is told to stop', async () => {
  const site = await openSite();
  const place = join(site.folder, 'run');
  mkdirSync(place, { mode: 0o700 });
  const path = join(place, 'queue.sock');
  const secret = 's'.repeat(40);
  writeFileSync(`${path}.secret`, secret, { mode: 0o600 });
  const { child, ended } = spawnWorker(writeConfig(site, path));
  const queue = connectQueue({ path, secret, onTrouble: () => undefined });
  try {
    const hello = await new Promise<Report>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('no hello in 20 s')), 20_000);
      void queue.receive('bot', async (envelope) => {
        const report = Report.parse(openSeal(envelope)?.envelope.body);
        if (report.report !== 'hello') return;
        clearTimeout(late);
        resolve(report);
      });
      void ended.then(({ err }) => reject(new Error(`the worker ended: ${err}`)));
    });
    assert.ok(hello.report === 'hello' && hello.canAct && !hello.simulated);
    assert.deepEqual(hello.recipes, [...readRecipes(RECIPES).keys()]);
    child.kill('SIGTERM');
    assert.deepEqual(await ended, { code: 0, err: '' });
  } finally {
    child.kill('SIGKILL');
    await queue.close();
    await site.close();
  }
});

test('a worker with a wrong configuration says everything that is wrong and ends with 78', async () => {
  const site = await openSite();
  try {
    const path = join(site.folder, 'bad.yaml');
    writeFileSync(path, 'site: home\nworker: { node: pve1, state: relative }\nworkers: {}\n');
    const { code, err } = await spawnWorker(path).ended;
    assert.equal(code, 78);
    assert.match(err, /worker\.state \(line 2\): expected an absolute path/);
    assert.match(err, /workers \(line 3\): expected no such key/);
  } finally {
    await site.close();
  }
});
