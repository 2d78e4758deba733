import { closeSync, fsyncSync, openSync } from 'node:fs';

/** What a folder names, it names on disk too when this returns. */
export const syncFolder = (folder: string): void => {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};
