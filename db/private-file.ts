import { chmodSync, closeSync, openSync } from 'node:fs';

/** Makes the file where there is none, and lets nobody but its owner read or write it; SQLite's files beside it get the same mode. */
export const keepPrivate = (path: string): void => {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
};
