import assert from 'node:assert/strict';
import type { Card, Line } from '#bot/chat/card';
import type { CopyRef, Sent } from '#bot/chat/chat';

const line = (text: string): Line => [{ span: 'text', text }];

/** A card with an Approve button. */
export const cardOf = (lead: string, changes: Partial<Card> = {}): Card => ({
  tone: 'waiting',
  lead: line(lead),
  must: [],
  more: [],
  diff: null,
  attachment: null,
  buttons: [[{ label: 'Approve', token: 'token-of-approve', style: 'good' }]],
  ...changes,
});

/** A card that has nothing but what it says. */
export const noteOf = (lead: string, ...must: readonly string[]): Card =>
  cardOf(lead, { must: must.map(line), buttons: [] });

/** More than any message holds, and not one byte a character. */
export const wholeDiff = Array.from(
  { length: 2_000 },
  (_, index) => `-memória: ${index}\n+memória: ${index + 1} ✓`,
).join('\n');

/** A card that must not be without its file. */
export const cardWithFile = (lead: string): Card =>
  cardOf(lead, { attachment: { name: 'change-12.diff', text: wholeDiff, sha256: 'f'.repeat(64) } });

/** Every platform's markup, mentions, links and commands, and what nobody sees. */
export const HOSTILE = [
  '*bold* _it_ ~gone~ **b** __u__ ~~s~~ ||hid|| `code` ```x``` > quote',
  '<b>b</b> <a href="https://a.test/x">x</a> &amp; &lt; <code> </pre> <!-- -->',
  '@everyone and @somebody',
  '@everyone @here @omar <@U012AB3CD> <@123456789012345678> <@&123456789012345678> <!channel> <!here> <!subteam^S1>',
  '<#C012AB3CD> [x](https://a.test/y) <https://a.test/z|x> https://a.test/w a.test /stop@bot #tag $TAG </stop:1>',
  '<t:0:R> <!date^0^{ago}|x> :smile: <:a:123456789012345678> \\*no\\* \u202edlrow\u202c \u200bzero \u001b[31mred',
] as const;

/** Where a card that must have landed did. */
export const landed = (sent: Sent): CopyRef =>
  sent.sent === 'ok' ? sent.ref : assert.fail(JSON.stringify(sent));
