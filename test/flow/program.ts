import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { LAUNCHER } from '#test/fixture/launcher';

const ROOT = new URL('../../', import.meta.url).pathname;

/** How long a process may take to say or do something (ms): most take none, but on a busy machine a start alone takes ten. */
const PATIENCE = 60_000;

/** The rest between two looks, given how long it was waited so far (ms): who looks at a file all the time holds up what it waits for. */
const restAfter = (waited: number): number => Math.min(100, Math.max(10, waited / 20));

/** How a process ended. */
export type End = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** One process of the product, and everything it said so far. */
export type Program = {
  readonly child: ChildProcess;
  readonly ended: Promise<End>;
  out(): string;
  err(): string;
  /** Waits until standard output and error together match; fails with what was said instead. */
  says(pattern: RegExp): Promise<void>;
  /** Asks it to stop, or kills it, and waits for its end. */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<End>;
};

/** Waits until `look` gives something, looking again and again; fails with `what` after `patience` (ms). */
export const until = async <T>(
  what: () => string,
  look: () => T | undefined | false,
  patience = PATIENCE,
): Promise<T> => {
  const start = Date.now();
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    const waited = Date.now() - start;
    if (waited > patience) throw new Error(`not within ${patience} ms: ${what()}`);
    await new Promise((resolve) => setTimeout(resolve, restAfter(waited)));
  }
};

/** What a process is started with: a file below the repository, its arguments, and all of its environment but PATH. */
export type Start = {
  readonly file: string;
  readonly args?: readonly string[];
  readonly env: { readonly [name: string]: string };
};

/** Starts a process of the product as people start it. Its input is open until it is ended. */
export const startProgram = ({ file, args = [], env }: Start): Program => {
  const { PATH = '' } = process.env;
  const child = spawn(LAUNCHER, [join(ROOT, file), ...args], {
    env: { PATH, ...env },
    stdio: 'pipe',
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text));
  child.stdin.on('error', () => {
    // It ended before it read everything; how it ended is what a test looks at.
  });
  const ended = new Promise<End>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  return {
    child,
    ended,
    out: () => said.out,
    err: () => said.err,
    says: async (pattern) => {
      const all = (): string => `${said.out}\n${said.err}`;
      await until(
        () => `${file} says ${pattern}; it said:\n${all()}`,
        () => pattern.test(all()),
      );
    },
    end: (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended;
    },
  };
};
