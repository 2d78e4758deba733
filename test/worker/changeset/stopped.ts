import { closeSync, readdirSync } from 'node:fs';
import { isNativeError } from 'node:util/types';
import { createContext, Script } from 'node:vm';

const INTERRUPTED = 'ERR_SCRIPT_EXECUTION_INTERRUPTED';
const WAITING = new Int32Array(new SharedArrayBuffer(4));

/** Ends what runs inside `isStopped` where it stands. Not one `catch` or `finally` of it runs any more, as after SIGKILL. */
export const stopHere = (): void => {
  process.kill(process.pid, 'SIGINT');
  Atomics.wait(WAITING, 0, 0);
};

let task = (): void => undefined;
const context = createContext({ task: () => task() });
const script = new Script('task()');

const openFiles = (): readonly string[] => readdirSync('/proc/self/fd');

/** Closes what a process that ends would have closed. */
const closeAllBut = (before: readonly string[]): void => {
  for (const fd of openFiles().filter((each) => !before.includes(each)))
    try {
      closeSync(Number(fd));
    } catch {
      // The folder of the list itself, which is closed by now.
    }
};

/** True where the work was stopped, false where it came to its end. No process is started for it: that is what a real kill costs. */
export const isStopped = (work: () => void): boolean => {
  const before = openFiles();
  task = work;
  try {
    script.runInContext(context, { breakOnSigint: true });
    return false;
  } catch (error) {
    // It is an error of the script's own realm, so no instance of our Error.
    if (isNativeError(error) && 'code' in error && error.code === INTERRUPTED) return true;
    throw error;
  } finally {
    closeAllBut(before);
  }
};
