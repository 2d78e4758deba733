import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Program } from './programs.ts';

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent and forbidden mean the same here: this program cannot be run.
    return false;
  }
};

const folders = (path: string): string[] => [...path.split(delimiter), '/usr/sbin', '/sbin'];

/** The programs that are on neither `path` (in PATH's form) nor the system's sbin folders. */
export const missing = (programs: readonly Program[], path: string): Program[] =>
  programs.filter(
    ({ names }) => !names.some((name) => folders(path).some((folder) => isExecutable(join(folder, name)))),
  );

/** The apt line that brings all of `programs`. */
export const aptLine = (programs: readonly Program[]): string =>
  `apt-get install -y --no-install-recommends ${programs.map((each) => each.debianPackage).join(' ')}`;

const runApt = (line: string): boolean => {
  const [command = 'apt-get', ...args] = line.split(' ');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync(command, args, {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: 300_000,
  });
  return status === 0;
};

/**
 * Installs the Debian packages of what is missing when this process is root, and says so; otherwise prints the one
 * line that would. Returns the programs that are still missing.
 */
export const setUp = (programs: readonly Program[], path: string): Program[] => {
  const wanted = missing(programs, path);
  if (wanted.length === 0) return [];
  const line = aptLine(wanted);
  if (process.getuid?.() !== 0) {
    console.log(`Some suites need programs this machine lacks. As root: ${line}`);
    return wanted;
  }
  console.log(`Some suites need programs this machine lacks. Installing them: ${line}`);
  // The package lists of a fresh machine are empty, and a second try with new ones is the usual cure.
  const installed = runApt(line) || (runApt('apt-get update -q') && runApt(line));
  if (!installed) console.log('apt-get could not install them.');
  return missing(wanted, path);
};
