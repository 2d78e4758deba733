import type { Line, Span } from '../chat/card.ts';
import { showHidden, stripOutside } from '../chat/outside.ts';

/** What Discord reads as markdown, a mention or a link anywhere in a line; a backslash takes its meaning away. */
const ANYWHERE = /[\\`*_~|<>[\]#]|:(?=\/)/g;

/** In text of others no emoji is written as `:name:` either, and no address becomes a link. */
const FROM_OTHERS = /[\\`*_~|<>[\]#:]/g;

/** What makes a list at the head of a line. */
const AT_HEAD = /^(\s*)([-+]|\d+(?=\.))/;

const escape = (text: string, what: RegExp): string => text.replace(what, '\\$&');

/** Inside a code span nothing has a meaning but what ends it. */
const inCode = (text: string): string => {
  const inside = text.replaceAll('`', 'ˋ').replace(/\s+/g, ' ');
  return inside.trim() === '' ? inside : `\`${inside}\``;
};

const drawSpan = (span: Span, bold: boolean): string => {
  switch (span.span) {
    case 'text':
      return escape(span.text, ANYWHERE);
    case 'strong':
      return bold || span.text.trim() === ''
        ? escape(span.text, ANYWHERE)
        : `**${escape(span.text, ANYWHERE)}**`;
    case 'code':
      return inCode(span.text);
    case 'outside':
      return escape(stripOutside(span.text), FROM_OTHERS);
    case 'time':
      return `<t:${Math.floor(span.at / 1000)}:${span.style === 'relative' ? 'R' : 't'}>`;
  }
};

/** A line as Discord's markdown that shows exactly its text. `head`: it is drawn as a heading, where all is bold. */
export const drawLine = (line: Line, head = false): string => {
  const drawn = line
    .map((span) => drawSpan(span, head))
    .join('')
    .replace(/[\r\n]+/g, ' ');
  return head ? `### ${drawn}` : drawn.replace(AT_HEAD, atHead);
};

const atHead = (_: string, space: string, mark: string): string =>
  /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`;

/**
 * Lines of a diff for a fence that none of them can close: three backticks are kept apart by what has no width. What has none
 * in the diff itself is shown by its number, so both are told from each other.
 */
export const diffLines = (diff: string): readonly string[] =>
  showHidden(diff)
    .replace(/`{3,}/g, (ticks) => ticks.split('').join('\u200b'))
    .split('\n');
