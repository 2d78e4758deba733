import type { Result } from '#policies/result';
import { outsideText } from '../outside-text.ts';
import type { PveFailure } from '../proxmox/failure.ts';

/** How many of a failed task's last lines people are shown, and how much of each (characters). */
const LINES = 10;
const LINE = 300;

/** Lines that one request asks for, the most that Proxmox gives by default, and how many requests a log is worth. */
const PAGE = 500;
const PAGES = 40;

type ReadLog = (start: number, count: number) => Promise<Result<string[], PveFailure>>;

/** The end of a task's log, and how many lines before it were left out. */
export type LastLines = { readonly log: string[]; readonly omitted?: number };

/** Reads a log to its end, holding no more of it than is shown; where it cannot be read on, that is its end. */
export const lastLines = async (read: ReadLog): Promise<LastLines> => {
  let last: string[] = [];
  let count = 0;
  for (let page = 0; page < PAGES; page++) {
    const lines = await read(page * PAGE, PAGE);
    if (!lines.ok) break;
    count += lines.value.length;
    last = [...last, ...lines.value].slice(-LINES);
    if (lines.value.length < PAGE) break;
  }
  const omitted = count - last.length;
  return { log: last.map((line) => outsideText(line, LINE)), ...(omitted > 0 ? { omitted } : {}) };
};
