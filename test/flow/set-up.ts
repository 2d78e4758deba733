import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { SCRATCH } from '#test/fixture/scratch';
import { layDemoRoot } from '#worker/demo';
import { ACTOR, READER } from '#worker/simulator/demo-access';
import { demoWorld } from '#worker/simulator/demo-world';
import { largeWorld } from '#worker/simulator/large-world';
import { startSimulator } from '#worker/simulator/simulator';
import { type Program, startProgram } from './program.ts';

/** The processes there are, by what an operator calls them. */
const FILES = {
  main: 'main.ts',
  bot: 'bot/main.ts',
  worker: 'worker/main.ts',
  quorate: 'bot/cli/quorate.ts',
};

/** A section of quorate.yaml as a test changes it. */
type Section = { readonly [key: string]: unknown };
/** The sections that a test changes; `undefined` takes a section or a key away. */
export type Sections = {
  readonly proxmox?: Section;
  readonly queue?: Section | undefined;
  readonly worker?: Section;
  readonly bot?: Section;
};

/**
 * `pace` multiplies the time that tasks of the cluster take; with `guests` it is not the demo's but one of that size. `now`
 * is the cluster's clock (ms).
 */
export type Wanted = {
  readonly pace?: number;
  readonly guests?: number;
  readonly nodes?: number;
  readonly now?: () => number;
  /** Where its folder is made; in memory unless said, where there is room. */
  readonly beneath?: string;
};

/**
 * A machine on which Quorate is set up: a simulated cluster, a folder with the configuration and every secret in a file
 * of its own, and the processes started from it. Closing it ends them, and fails where one of them said a secret.
 */
export const setUp = async ({
  pace = 0.02,
  guests,
  nodes = 3,
  now: clock = Date.now,
  beneath = SCRATCH,
}: Wanted = {}) => {
  const folder = mkdtempSync(join(beneath, 'quorate-flow-'));
  const secrets = { reader: uuid(), actor: uuid(), socket: randomBytes(32).toString('hex') };
  const now = Date.now();
  const world = guests ? largeWorld({ nodes, guests, now, secrets }) : demoWorld(now, secrets);
  const simulator = await startSimulator({ world, pace, now: clock });
  const programs: Program[] = [];
  const planted: string[] = Object.values(secrets);
  layDemoRoot(join(folder, 'root'));

  const secretFile = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return `file:${join(folder, name)}`;
  };
  const socket = join(folder, 'queue.sock');
  secretFile('queue.sock.secret', secrets.socket);
  const usual = {
    site: 'home',
    proxmox: {
      url: simulator.url,
      trust: { fingerprint: simulator.fingerprint },
      reader: secretFile('reader', `${READER}=${secrets.reader}`),
      actor: secretFile('actor', `${ACTOR}=${secrets.actor}`),
    },
    queue: { socket },
    worker: {
      node: 'pve1',
      state: join(folder, 'worker'),
      root: join(folder, 'root'),
      policy: join(folder, 'node-policy.yaml'),
      bot_key: join(folder, 'bot-key.pub'),
      simulated: true,
    },
    bot: { state: join(folder, 'bot'), rules: 'two-person', console: 'demo' },
  };
  mkdirSync(usual.bot.state, { mode: 0o700 });

  const config = join(folder, 'quorate.yaml');
  /** Writes quorate.yaml: the usual one with keys of its sections changed. */
  const write = (change: Sections = {}): void => {
    const { proxmox, worker, bot } = change;
    const whole = {
      ...usual,
      ...('queue' in change ? { queue: change.queue } : {}),
      proxmox: { ...usual.proxmox, ...proxmox },
      worker: { ...usual.worker, ...worker },
      bot: { ...usual.bot, ...bot },
    };
    writeFileSync(config, stringify(whole));
  };
  write();

  const start = (
    which: keyof typeof FILES,
    { args = [], env = {} }: { args?: readonly string[]; env?: { readonly [name: string]: string } } = {},
  ): Program => {
    const program = startProgram({ file: FILES[which], args, env: { QUORATE_CONFIG: config, ...env } });
    programs.push(program);
    return program;
  };
  /** Runs a command of the shell to its end; gives what it printed. Fails where it does not end with 0. */
  const quorate = async (...args: string[]): Promise<string> => {
    const program = start('quorate', { args });
    program.child.stdin?.end();
    const { code } = await program.ended;
    assert.equal(code, 0, `quorate ${args.join(' ')}: ${program.err()}`);
    return program.out();
  };
  const searchSecrets = (): void => {
    for (const program of programs)
      for (const secret of planted)
        assert.ok(
          !`${program.out()}${program.err()}`.includes(secret),
          `a secret was said by ${program.child.spawnargs.join(' ')}:\n${program.out()}${program.err()}`,
        );
  };
  return {
    folder,
    simulator,
    secrets,
    config,
    ledger: join(usual.bot.state, 'ledger.sqlite'),
    journal: join(usual.worker.state, 'journal.db'),
    write,
    start,
    quorate,
    /** Another secret in a file of its own, which no process may say either; gives its place. */
    plant: (name: string, text: string, secret = text): string => {
      planted.push(secret);
      return secretFile(name, text);
    },
    /** What an operator does for two processes: the worker pins the bot's public key. */
    pinKey: async (): Promise<void> => writeFileSync(usual.worker.bot_key, await quorate('key')),
    /** How many requests of this method the simulated cluster got for paths that match. */
    requests: (method: string, path: RegExp): number =>
      simulator.requests.filter((request) => request.method === method && path.test(request.path)).length,
    close: async (): Promise<void> => {
      await Promise.all(programs.map((program) => program.end('SIGKILL')));
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
      searchSecrets();
    },
  };
};
export type SetUp = Awaited<ReturnType<typeof setUp>>;

const uuid = (): string => {
  const hex = randomBytes(16).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};
