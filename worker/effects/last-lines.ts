/** How many of a failed task's last lines people are shown, and how long each may be (characters). */
const LINES = 10;
const LENGTH = 300;

const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}]/gu;

const escaped = (char: string): string => `\\u{${char.charCodeAt(0).toString(16)}}`;

const cut = (text: string): string =>
  text.length > LENGTH ? `${text.slice(0, LENGTH)}… (+${text.length - LENGTH})` : text;

/** One text that a task wrote, as a report may carry it: bounded, well-formed, no control character in it. */
export const reportedLine = (text: string): string =>
  cut(text).toWellFormed().replaceAll('\t', ' ').replace(HIDDEN, escaped);

/**
 * The last lines of a task's log as a report may carry them, whatever the task wrote. How many lines, or characters of a
 * line, were left out stands as `… (+n)` where they are missing.
 */
export const lastLines = (log: readonly string[]): string[] => {
  const left = log.length - LINES;
  const lines = log.slice(-LINES).map(reportedLine);
  return left > 0 ? [`… (+${left})`, ...lines] : lines;
};
