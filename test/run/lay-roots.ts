import { debianTar, SUITES } from '../fake/host/debian-tar.ts';

/**
 * Makes the roots of Debian that some of these test files unpack, before any of them runs: it takes longer than one file may.
 * Where no mirror can be reached the files say so themselves.
 */
export const layRoots = (files: readonly string[]): void => {
  if (process.getuid?.() !== 0 || !files.some((file) => /\/on-[a-z-]+\.test\.ts$/.test(file))) return;
  for (const suite of SUITES) {
    try {
      debianTar(suite);
    } catch (error) {
      console.log(`There is no root of ${suite}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
};
