import { execa } from 'execa';

/** A program that runs: its output is handed on as it comes and kept nowhere. */
export type Running = {
  /** The exit code, null where it never started or a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly signal: (name: 'SIGTERM' | 'SIGKILL') => void;
};

/** What `stream` needs beside the program; `env` is the whole environment. */
export type StreamOptions = {
  readonly input: string | Uint8Array;
  readonly env: Readonly<Record<string, string>>;
  readonly onOut: (chunk: Buffer) => void;
  readonly onErr: (chunk: Buffer) => void;
};

/** Starts one program with exactly these arguments and no shell, and does not wait for it. */
export const stream = (file: string, args: readonly string[], options: StreamOptions): Running => {
  const subprocess = execa(file, args, {
    env: options.env,
    extendEnv: false,
    reject: false,
    shell: false,
    buffer: false,
    encoding: 'buffer',
    input: options.input,
  });
  subprocess.stdout.on('data', options.onOut);
  subprocess.stderr.on('data', options.onErr);
  return {
    ended: subprocess.then(({ exitCode }) => exitCode ?? null),
    signal: (name) => void subprocess.kill(name),
  };
};
