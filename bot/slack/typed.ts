import type { Line } from '../chat/card.ts';
import { COMMANDS } from '../commands/table.ts';
import { readLine } from '../commands/words-of-line.ts';
import { VOTES } from './limits.ts';

/** What a person typed, without Slack's markup: links as they were written, references and escapes undone, quotes straight. */
const asTyped = (text: string): string =>
  text
    .replace(/<(?:https?:|mailto:)[^>|]*\|([^>]*)>/g, '$1')
    .replace(/<((?:https?:)[^>|]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replace(/[“”„]/g, '"');

/** Text as a line that neutral code reads: "status" and "/status" are "/status", and nothing at all asks for help. */
export const lineOf = (text: string): string => {
  const typed = asTyped(text).trim();
  if (typed === '') return '/help';
  return typed.startsWith('/') ? typed : `/${typed}`;
};

/** What stands behind a mention of the bot at the beginning; null where it does not begin with one. */
export const afterMention = (text: string, bot: string): string | null => {
  const [, who, rest = ''] = /^\s*<@([A-Z0-9]+)(?:\|[^>]*)?>[\s:,]*([\s\S]*)$/.exec(text) ?? [];
  return who === bot ? rest : null;
};

/** Does this line decide over a change? */
export const isVote = (line: string): boolean => VOTES.includes(readLine(line)?.command ?? '');

const NAMES = new Set(COMMANDS.map(({ name }) => name));

/** Our own words name commands as "/undo 12"; here people type "/pve undo 12". Text from outside stays what it is. */
export const withCommand = (line: Line, command: string): Line =>
  line.map((span) =>
    span.span === 'time' || span.span === 'outside'
      ? span
      : {
          ...span,
          text: span.text.replace(/(?<![\w/.])\/([a-z_]+)(?![\w/])/g, (typed, name: string) =>
            NAMES.has(name) ? `${command} ${name}` : typed,
          ),
        },
  );
