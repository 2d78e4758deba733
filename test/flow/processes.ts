import { type ChildProcess, spawn } from 'node:child_process';
import { createPublicKey, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { signingKey } from '#db/config/signing-key';
import { LAUNCHER } from '#test/fixture/launcher';
import { demoCatalogue } from '#worker/demo-scripts';
import { ACTOR, READER } from '#worker/simulator/demo-access';
import type { Simulator } from '#worker/simulator/simulator';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Where bot and worker meet: a Redis address, or a Unix socket. */
export type Meet = { readonly redis: string } | { readonly socket: string };

const secretFile = (folder: string, name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return `file:${path}`;
};

const tokenOf = ({ world }: Simulator, id: string): string =>
  `${id}=${world.access.tokens.get(id)?.secret ?? ''}`;

/** Makes the key of a process before its first start; gives the file with the public one, for the other process to pin. */
const pinnedKey = (folder: string, state: string, name: string): string => {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  const key = createPublicKey(signingKey(join(state, `${name}.pem`)));
  const pinned = join(folder, `${name}.pub`);
  writeFileSync(pinned, key.export({ type: 'spki', format: 'pem' }));
  return pinned;
};

/** Writes a whole configuration for both processes, with secrets and keys in files of their own; gives its path. */
export const writeConfig = (folder: string, simulator: Simulator, root: string, meet: Meet): string => {
  const [bot, worker] = [join(folder, 'bot'), join(folder, 'worker')];
  const botKey = pinnedKey(folder, bot, 'bot-key');
  if ('socket' in meet) secretFile(folder, 'queue.sock.secret', randomBytes(32).toString('hex'));
  const config = {
    site: 'home',
    proxmox: {
      url: simulator.url,
      trust: { fingerprint: simulator.fingerprint },
      reader: secretFile(folder, 'reader', tokenOf(simulator, READER)),
      actor: secretFile(folder, 'actor', tokenOf(simulator, ACTOR)),
    },
    ...('socket' in meet ? { queue: meet } : {}),
    worker: {
      node: 'pve1',
      state: worker,
      root,
      policy: join(folder, 'node-policy.yaml'),
      bot_key: botKey,
      scripts: demoCatalogue(root),
      simulated: true,
    },
    bot: {
      state: bot,
      rules: 'two-person',
      console: 'demo',
      worker_keys: { pve1: pinnedKey(folder, worker, 'worker-key') },
    },
  };
  const path = join(folder, 'quorate.yaml');
  writeFileSync(path, stringify(config));
  return path;
};

type Started = { readonly child: ChildProcess; readonly ended: Promise<unknown> };

const start = (main: string, config: string, meet: Meet): Started => {
  const redis = 'redis' in meet ? { QUORATE_REDIS_URL: meet.redis } : {};
  const child = spawn(LAUNCHER, [join(ROOT, main)], {
    env: { PATH: process.env.PATH, QUORATE_CONFIG: config, ...redis },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  return { child, ended: once(child, 'exit') };
};

/** Bot and worker as two processes of the operating system. */
export const startProcesses = (config: string, meet: Meet) => {
  const worker = start('worker/main.ts', config, meet);
  worker.child.stdout?.resume();
  const bot = start('bot/main.ts', config, meet);
  const { stdin, stdout } = bot.child;
  if (!stdin || !stdout) throw new Error('a child that was spawned with pipes has them');
  return {
    input: stdin,
    output: stdout,
    stop: async () => {
      stdin.end();
      await bot.ended;
      worker.child.kill('SIGTERM');
      await worker.ended;
    },
  };
};
