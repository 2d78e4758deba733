import type { Limits } from '../chat/chat.ts';

/** A terminal scrolls: long texts and diffs fit, files are shown in place, and nothing has to be waited for. */
export const LIMITS: Limits = {
  text: 1_000_000,
  toast: 1_000_000,
  diffLines: 10_000,
  editEvery: 0,
  pace: [],
  files: false,
};

/** The one chat there is. */
export const CONSOLE_CHAT = 'console';
export const PLATFORM = 'console';
