import type { Attachment, Line } from '../chat/card.ts';
import type { Words } from './words.ts';

/** How a platform shows a long text: at most so many lines in the card, the rest as a file where it takes files. */
export type DiffRoom = { readonly lines: number; readonly files: boolean };

/** What of a text stands in the card, the file that has all of it where it does not fit, and whether it can be read whole. */
export type Shown = {
  readonly diff: string | null;
  readonly attachment: Attachment | null;
  readonly whole: boolean;
};

type Fitting = { readonly room: DiffRoom; readonly sha256: (text: string) => string };

/** A text as it fits a platform; `name` is that of its file. */
export const fitted = (text: string, name: string, { room, sha256 }: Fitting): Shown => {
  const lines = text.split('\n');
  if (lines.length <= room.lines) return { diff: text, attachment: null, whole: true };
  const diff = lines.slice(0, room.lines).join('\n');
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
