import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHtml } from './html.ts';

const refused: readonly [string, string][] = [
  ['<x>', 'Unsupported start tag "x" at byte offset 0'],
  ['é<b', 'Unclosed start tag at byte offset 2'],
  ['<b>a', `Can't find end tag corresponding to start tag "b"`],
  ['</b>', 'Unexpected end tag at byte offset 0'],
  ['<b><i>x</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
  ['<b>x</b', 'Unclosed end tag at byte offset 4'],
  ['<a href="x', 'Unclosed start tag at byte offset 0'],
  ['<a href', 'Unclosed start tag at byte offset 0'],
  ['<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'],
  ['<span>x</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
  ['<tg-time unix="5" format="z">x</tg-time>', 'Invalid date format used'],
  ['a < b', 'Unsupported start tag "" at byte offset 2'],
];
for (const [source, why] of refused)
  test(`${source} is refused: ${why}`, () => {
    const parsed = parseHtml(source);
    assert.ok(!parsed.ok);
    assert.equal(parsed.description, `Bad Request: can't parse entities: ${why}`);
  });

const taken: readonly [string, string, unknown[]][] = [
  ['a &amp; b &lt;x&gt; &copy; &#65;&#x42;', 'a & b <x> &copy; AB', []],
  ['<b></b>x', 'x', []],
  [
    '<b>😀<i>é</i></b>',
    '😀é',
    [
      { offset: 0, length: 3, type: 'bold' },
      { offset: 2, length: 1, type: 'italic' },
    ],
  ],
  ['<blockquote expandable>q</blockquote>', 'q', [{ offset: 0, length: 1, type: 'expandable_blockquote' }]],
  [
    '<pre><code class="language-diff">-a</code></pre>',
    '-a',
    [{ offset: 0, length: 2, type: 'pre', language: 'diff' }],
  ],
  [
    '<tg-time unix="1790000000" format="r">in 5 min</tg-time>',
    'in 5 min',
    [{ offset: 0, length: 8, type: 'date_time', unix_time: 1790000000, date_time_format: 'r' }],
  ],
  [
    "<a href='https://x.y/?a=1&amp;b'>l</a>",
    'l',
    [{ offset: 0, length: 1, type: 'text_link', url: 'https://x.y/?a=1&b' }],
  ],
];
for (const [source, text, entities] of taken)
  test(`${source} reads as ${text}`, () => {
    const parsed = parseHtml(source);
    assert.ok(parsed.ok);
    assert.deepEqual([parsed.result.text, parsed.result.entities], [text, entities]);
  });
