import { stepAside } from '#db/queue/backoff';

/** Work that is done again and again: when it is woken, and at the latest every `everyMs`. */
export type Repeating = { wake(): void; stop(): Promise<void> };

type Pace = { readonly everyMs: number; readonly trouble: (what: string, cause: unknown) => void };

/** Work that may ask to be done again after so many ms. */
export type Work = (again: (ms: number) => void) => Promise<void>;

/** Starts it. One run at a time; a wake during a run means one more run after it; a failed run is told and tried again. */
export const repeat = (work: Work, { everyMs, trouble }: Pace): Repeating => {
  let again = false;
  let running: Promise<void> | null = null;
  let stopped = false;
  let asked: NodeJS.Timeout | undefined;
  const askAgain = (ms: number): void => {
    clearTimeout(asked);
    if (!stopped && ms < everyMs) asked = setTimeout(wake, ms);
  };
  const run = async (): Promise<void> => {
    do {
      again = false;
      try {
        await work(askAgain);
      } catch (cause) {
        trouble('repeated work failed and will be tried again', cause);
      }
    } while (again && !stopped);
    running = null;
  };
  const wake = (): void => {
    if (stopped) return;
    again = true;
    // Whoever wakes it has then finished its own transaction, and what that began is under way.
    running ??= stepAside().then(run);
  };
  const timer = setInterval(wake, everyMs);
  wake();
  return {
    wake,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      clearTimeout(asked);
      await running;
    },
  };
};
