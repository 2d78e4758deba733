import type { Result } from '#policies/result';
import { type RunFailure, type RunOptions, run } from './run.ts';

/** Runs one program as the host below `root` sees it: this machine's own for `/`, otherwise the one found in there. */
export const inRoot = (
  root: string,
  file: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<Result<string, RunFailure>> =>
  root === '/' ? run(file, args, options) : run('chroot', [root, file, ...args], options);

/** What became of a program that did not end well, as one line. */
export const failureText = (program: string, { failure, code, stderr }: RunFailure): string =>
  `${program}: ${failure}${code === null ? '' : ` ${code}`}${stderr === '' ? '' : `: ${stderr.trim()}`}`;
