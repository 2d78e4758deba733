import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import koffi from 'koffi';

/** Calls of `node:fs` and of the C library that change nothing on the disk; all others are told of. */
const ONLY_READ =
  /^(access|close|exists|fdatasync|f?stat|fsync|glob|lstat|open|opendir|read\w*|realpath|statfs|write)Sync$/;
const ONLY_READ_OF_LIBC = /\b(syscall|statx|llistxattr|lgetxattr|syncfs)\(/;

let heard: () => void = () => undefined;

type Call = (...args: readonly unknown[]) => unknown;

const told =
  (call: Call): Call =>
  (...args) => {
    const answer = call(...args);
    heard();
    return answer;
  };

/** As Node's, which is one call for us and many for the kernel. */
const removeAll = (path: fs.PathLike): void => {
  const stats = fs.lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return;
  if (!stats.isDirectory()) return fs.unlinkSync(path);
  for (const name of fs.readdirSync(path)) removeAll(`${String(path)}/${name}`);
  fs.rmdirSync(path);
};

const { openSync } = fs;
const toldOfNew: typeof openSync = (path, flags, mode) => {
  const fd = openSync(path, flags, mode);
  if (typeof flags === 'string' && flags.startsWith('w')) heard();
  return fd;
};

/** For a whole process, before its first call: from then on each call that changes the disk is told of. */
export const tellCalls = (): void => {
  const changing = Object.entries(fs).filter(([name]) => name.endsWith('Sync') && !ONLY_READ.test(name));
  // What is called so is a function; it is given on what it was given.
  Object.assign(fs, Object.fromEntries(changing.map(([name, call]) => [name, told(call as Call)])));
  Object.assign(fs, { rmSync: removeAll, openSync: toldOfNew });
  syncBuiltinESMExports();
  const { load } = koffi;
  koffi.load = (...args) => {
    const library = load(...args);
    const func = library.func.bind(library);
    const telling = (text: string) =>
      ONLY_READ_OF_LIBC.test(text) ? func(text) : Object.assign(told(func(text)), func(text));
    return { ...library, func: telling };
  };
};

/** Does the work, and calls `after` right after each of its calls that changed something. */
export const hearing = <T>(after: () => void, work: () => T): T => {
  heard = after;
  try {
    return work();
  } finally {
    heard = () => undefined;
  }
};
