import koffi from 'koffi';

/**
 * The calls of libc that Node has no function for. Paths go in as bytes with a NUL at the end, for they need not be UTF-8.
 * koffi calls them on this thread: none of them waits for anything but the disk.
 */
const libc = koffi.load('libc.so.6');

/** A call that said no, with the name of its errno: EEXIST, EXDEV ... */
export class LibcError extends Error {
  readonly code: string;
  constructor(call: string, code: string, path: string) {
    super(`${call}: ${code}, ${JSON.stringify(path)}`);
    this.code = code;
  }
}

const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(koffi.os.errno).map(([name, number]) => [Number(number), name]),
);

/** The errno that the last call left, by its name. */
export const lastError = (): string => NAMES.get(koffi.errno()) ?? `errno ${koffi.errno()}`;

/** Bytes of a path or name, each one character (latin1), as C takes them. */
export const cString = (bytes: string): Buffer => Buffer.from(`${bytes}\0`, 'latin1');

/** A function of libc as C writes it; what goes in and comes out is told by the file that declares it. */
export const declare = (prototype: string): ((...args: readonly unknown[]) => unknown) =>
  libc.func(prototype);
