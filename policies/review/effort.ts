/**
 * How much of a comparison may still be done, counted and not timed, so that the same files always come to the same end. One is
 * about asking one rule whether it speaks about one request. `cut`: something was left out.
 */
export type Effort = { left: number; cut: boolean };

/** So much is done for two files: about half a second, at 50 ns a rule asked. A thousand rules of which one is edited need less. */
const MOST = 10_000_000;

/** What it takes to make up one request. */
export const MAKING = 20;

/** As much as two files may take. */
export const wholeEffort = (): Effort => ({ left: MOST, cut: false });

/** For what was counted before: everything is done. */
export const boundless = (): Effort => ({ left: Number.POSITIVE_INFINITY, cut: false });

/** Takes so much; false, and from then on always, where less is left. */
export const spend = (effort: Effort, much: number): boolean => {
  effort.left -= much;
  if (effort.left < 0) effort.cut = true;
  return !effort.cut;
};
