import { execa } from 'execa';
import { no, ok, type Result } from '#policies/result';

/** How a program ended otherwise than with 0. `code` is null where it never started or was stopped. */
export type RunFailure = {
  readonly failure: 'not-started' | 'timed-out' | 'too-much-output' | 'exit';
  readonly code: number | null;
  readonly stderr: string;
};

/** `timeout` in ms (10 s unless said), `most` output in characters per stream (1 MiB unless said). */
export type RunOptions = {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeout?: number;
  readonly most?: number;
};

/** The only places where programs are looked for, whatever the worker's own environment says. */
const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

const failureOf = (result: {
  readonly timedOut: boolean;
  readonly isMaxBuffer: boolean;
  readonly exitCode?: number;
}): RunFailure['failure'] => {
  if (result.timedOut) return 'timed-out';
  if (result.isMaxBuffer) return 'too-much-output';
  return result.exitCode === undefined ? 'not-started' : 'exit';
};

/**
 * Runs one program with exactly these arguments; there is no shell, so nothing in them is ever a command. Its environment
 * is a fixed PATH, LC_ALL=C and what the caller adds. Answers standard output; every other end is a failure as a value.
 */
export const run = async (
  file: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Result<string, RunFailure>> => {
  const result = await execa(file, args, {
    env: { PATH, LC_ALL: 'C', ...options.env },
    extendEnv: false,
    reject: false,
    shell: false,
    input: options.input ?? '',
    timeout: options.timeout ?? 10_000,
    killSignal: 'SIGKILL',
    maxBuffer: options.most ?? 2 ** 20,
    stripFinalNewline: false,
  });
  if (!result.failed) return ok(result.stdout);
  return no({
    failure: failureOf(result),
    code: result.exitCode ?? null,
    stderr: result.stderr.slice(0, 2000),
  });
};
