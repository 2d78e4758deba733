import { getSystemErrorName } from 'node:util';
import koffi from 'koffi';

/** A call of the C library that failed; `code` as Node names it (ENOENT, EXDEV, ...). */
export class LibcError extends Error {
  readonly code: string;

  constructor(call: string, errno: number) {
    const code = getSystemErrorName(-errno);
    super(`${call}: ${code}`);
    this.name = 'LibcError';
    this.code = code;
  }
}

/** What Node's `fs` lacks. `openat2` has no wrapper in glibc; its arguments pass the same way as those of any function. */
const PROTOTYPES = {
  renameat2: 'int renameat2(int, void *, int, void *, unsigned int)',
  syscall: 'long syscall(long, int, void *, void *, size_t)',
  statx: 'int statx(int, void *, int, unsigned int, void *)',
  llistxattr: 'long llistxattr(void *, void *, size_t)',
  lgetxattr: 'long lgetxattr(void *, void *, void *, size_t)',
  lsetxattr: 'int lsetxattr(void *, void *, void *, size_t, int)',
  lremovexattr: 'int lremovexattr(void *, void *)',
  mknod: 'int mknod(void *, unsigned int, uint64_t)',
  syncfs: 'int syncfs(int)',
} as const;

type Name = keyof typeof PROTOTYPES;
type Argument = number | Buffer | null;
type Callable = ((...args: readonly Argument[]) => number) & {
  /** In a thread of its own; the last argument is called when it is over. */
  readonly async: (...args: readonly (Argument | ((error: Error | null, answer: number) => void))[]) => void;
};

const loaded = new Map<Name, Callable>();

const find = (name: Name): Callable => {
  const known = loaded.get(name);
  if (known) return known;
  // koffi types every function as any; all of the prototypes above take and give numbers and buffers.
  const found = koffi.load('libc.so.6').func(PROTOTYPES[name]) as Callable;
  loaded.set(name, found);
  return found;
};

/** Calls the C library; throws LibcError where it answers -1. The library is loaded at the first call. */
export const libc = (name: Name, ...args: readonly Argument[]): number => {
  const answer = find(name)(...args);
  if (answer < 0) throw new LibcError(name, koffi.errno());
  return answer;
};

/** Calls it in a thread of its own and gives its answer, below 0 where it failed: errno is that thread's, and not to be had. */
export const libcAside = (name: Name, ...args: readonly Argument[]): Promise<number> =>
  new Promise((resolve, reject) => {
    find(name).async(...args, (error, answer) => (error ? reject(error) : resolve(answer)));
  });

/** The bytes of a path (each one character) as C wants them. */
export const cString = (bytes: string): Buffer => Buffer.from(`${bytes}\0`, 'latin1');
