/** Resolves when `check` holds; it looks whenever a watcher is called and every few ms, and rejects after `deadlineMs`. */
export const until = (watchers: Set<() => void>, check: () => boolean, deadlineMs: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      watchers.delete(look);
      clearInterval(interval);
      clearTimeout(deadline);
      finish();
    };
    const look = () => {
      if (check()) settle(resolve);
    };
    const interval = setInterval(look, 5);
    const deadline = setTimeout(
      () => settle(() => reject(new Error(`not so within ${deadlineMs} ms: ${String(check)}`))),
      deadlineMs,
    );
    watchers.add(look);
    look();
  });
