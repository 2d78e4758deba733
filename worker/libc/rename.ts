import { cString, declare, LibcError, lastError } from './libc.ts';

// https://man7.org/linux/man-pages/man2/rename.2.html
const renameat2 = declare(
  'int renameat2(int from, uint8_t *source, int to, uint8_t *target, unsigned int flags)',
);

/** A name in an open folder. */
export type Entry = { readonly folder: number; readonly name: string };

const FLAGS = { 'no-replace': 1, exchange: 2 };

/**
 * Moves an entry to a name that must be free, or exchanges two, in one step of the kernel. Throws a LibcError: EEXIST where
 * the name is taken, ENOENT where there is nothing, EXDEV across file systems.
 */
export const renameEntry = (from: Entry, to: Entry, how: keyof typeof FLAGS): void => {
  const done: unknown = renameat2(from.folder, cString(from.name), to.folder, cString(to.name), FLAGS[how]);
  if (done !== 0) throw new LibcError('renameat2', lastError(), `${from.name} -> ${to.name}`);
};
