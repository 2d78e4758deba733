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
