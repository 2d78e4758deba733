import type { Attachment, Line } from '../chat/card.ts';
import type { Words } from './words.ts';

/**
 * How a platform shows a long text: at most so many lines, and characters (UTF-16 units) in all, in the card; all of it as a file
 * where it takes files.
 */
export type DiffRoom = { readonly lines: number; readonly text: number; readonly files: boolean };

/** What of a text stands in the card, the file that has all of it where it does not fit, and whether it can be read whole. */
export type Shown = {
  readonly diff: string | null;
  readonly attachment: Attachment | null;
  readonly whole: boolean;
};

type Fitting = { readonly room: DiffRoom; readonly sha256: (text: string) => string };

/** The lines of a text that fit, from the first on; null where not even that one does. */
const beginningOf = (text: string, room: DiffRoom): string | null => {
  const kept: string[] = [];
  let left = room.text;
  for (const line of text.split('\n')) {
    left -= line.length + 1;
    if (kept.length === room.lines || left < 0) break;
    kept.push(line);
  }
  return kept.length === 0 ? null : kept.join('\n');
};

/** A text as it fits a platform; `name` is that of its file. */
export const fitted = (text: string, name: string, { room, sha256 }: Fitting): Shown => {
  const diff = beginningOf(text, room);
  if (diff === text) return { diff, attachment: null, whole: true };
  if (!room.files) return { diff, attachment: null, whole: false };
  const whole = `${text}\n`;
  return { diff, attachment: { name, text: whole, sha256: sha256(whole) }, whole: true };
};

/** Says that all of it is in a file, where it is. */
export const fileLines = (words: Words, { attachment }: Shown): readonly Line[] =>
  attachment === null
    ? []
    : [
        words.say('change.diff-in-file', {
          name: attachment.name,
          sha: `${attachment.sha256.slice(0, 12)}…`,
        }),
      ];
