/** Markdown as a client draws it: what people see, and everything in it that rings or leads somewhere. */
export type Drawn = { readonly text: string; readonly live: readonly string[] };

/** Code in which nothing has a meaning, and a backslash that takes the meaning of what follows. */
const LITERAL = /```(?:\w+\n)?([\s\S]*?)\n?```|`([^`\n]+)`|\\([^0-9A-Za-z\s])/g;

/** https://discord.com/developers/docs/reference#message-formatting, and what clients make of plain text. */
const LIVE =
  /@(?:everyone|here)\b|<(?:@[!&]?|#|id:)[\w:]+>|<\/[^>]+:\d+>|<a?:\w+:\d+>|\[[^\]]+\]\([^)]+\)|\b(?:https?|discord):\/\/\S+|:\w+:/g;

/** A moment by the clock of whoever reads it. */
const CLOCK = /<t:-?\d+(?::[A-Za-z])?>/g;

/** Marks that only say how text looks. */
const MARKS = /\*\*|__|~~|\|\||^#{1,3} |^> |^-# |(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)/gm;

/** What nobody sees. */
const HIDDEN = /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/** Stands for literal text while marks are looked for; no message holds one. */
const HOLE = '\ue000';

/** Draws it: literal text stays as it is written, marks go. */
export const drawMarkdown = (source: string): Drawn => {
  const literal: string[] = [];
  const open = source.replace(LITERAL, (_, fence?: string, code?: string, char?: string) => {
    literal.push(fence ?? code ?? char ?? '');
    return HOLE;
  });
  const timeless = open.replace(CLOCK, '');
  const live = timeless.match(LIVE) ?? [];
  const text = timeless.replace(MARKS, '').replaceAll(HOLE, () => literal.shift() ?? '');
  return { text: text.replace(HIDDEN, ''), live };
};
