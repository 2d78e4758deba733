import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { types } from '@slack/bolt';
import fc from 'fast-check';
import type { Card, Line, Span } from '#bot/chat/card';
import { render } from '#bot/slack/render';
import { readBlocks } from '#test/fake/slack/blocks';
import { LIMITS } from '#test/fake/slack/limits';

const text = (value: string): Span => ({ span: 'text', text: value });
const outside = (value: string): Span => ({ span: 'outside', text: value });
const lineOf = (...spans: Span[]): Line => spans;

const plan: Card = {
  tone: 'waiting',
  lead: lineOf(text('🟡 #12 · stop '), outside('web-01')),
  must: [lineOf(text('Asked by '), { span: 'strong', text: 'Omar' }, text(' · risk high'))],
  more: [lineOf(text('Expires '), { span: 'time', at: 1_790_000_900_000, style: 'relative' })],
  diff: '-status: running\n+status: stopped',
  attachment: null,
  buttons: [
    [
      { label: 'Approve', token: 'a1', style: 'good' },
      { label: 'Deny', token: 'd1', style: 'danger' },
    ],
    [{ label: 'Details', token: 'x1', style: 'plain' }],
  ],
};
const note = (...lead: Span[]): Card => ({ ...plan, lead, must: [], more: [], diff: null, buttons: [] });

const richTexts = (card: Card): readonly types.RichTextBlock[] =>
  render(card, '/pve').blocks.filter((block) => block.type === 'rich_text');

/** Everything that is to be read in the blocks but headers and buttons. */
const readable = (card: Card): string =>
  richTexts(card)
    .flatMap(({ elements }) => elements)
    .map((part) =>
      'elements' in part
        ? part.elements
            .map((one) => ('text' in one ? one.text : 'fallback' in one ? one.fallback : ''))
            .join('')
        : '',
    )
    .join('\n');

const buttonsOf = (card: Card): readonly types.Button[] =>
  render(card, '/pve').blocks.flatMap((block) =>
    block.type === 'actions' ? block.elements.filter((one) => one.type === 'button') : [],
  );

describe('a card', () => {
  test('is a header, its lines with the clock of the reader, the diff in its own face, and its buttons', () => {
    const name = (label: string, token: string, place: number) => ({
      type: 'button',
      text: { type: 'plain_text', text: label, emoji: false },
      action_id: `quorate:${place}`,
      value: token,
      accessibility_label: `${label}: 🟡 #12 · stop web-01`,
    });
    assert.deepEqual(render(plan, '/pve'), {
      text: '🟡 #12 · stop web-01\nAsked by Omar · risk high',
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: '🟡 #12 · stop web-01', emoji: false } },
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'Asked by ' },
                { type: 'text', text: 'Omar', style: { bold: true } },
                { type: 'text', text: ' · risk high' },
              ],
            },
          ],
        },
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_preformatted',
              elements: [
                { type: 'text', text: '-status: running' },
                { type: 'text', text: '\n' },
                { type: 'text', text: '+status: stopped' },
              ],
              border: 0,
            },
          ],
        },
        {
          type: 'rich_text',
          elements: [
            {
              type: 'rich_text_section',
              elements: [
                { type: 'text', text: 'Expires ' },
                {
                  type: 'date',
                  timestamp: 1_790_000_900,
                  format: '{ago} ({time})',
                  fallback: '2026-09-21 14:28 UTC',
                },
              ],
            },
          ],
        },
        {
          type: 'actions',
          elements: [
            { ...name('Approve', 'a1', 0), style: 'primary' },
            { ...name('Deny', 'd1', 1), style: 'danger' },
          ],
        },
        { type: 'actions', elements: [name('Details', 'x1', 0)] },
      ],
      file: null,
    });
  });

  test('of one line is said without a header', () => {
    assert.deepEqual(
      render(note(text('Counted.')), '/pve').blocks.map(({ type }) => type),
      ['rich_text'],
    );
  });

  test('whose first line holds a clock or is too long has it in bold, since a header takes neither', () => {
    for (const lead of [
      lineOf({ span: 'time', at: 0, style: 'clock' }, text(' it began')),
      lineOf(text('x'.repeat(151))),
    ]) {
      const [first] = render({ ...plan, lead }, '/pve').blocks;
      assert.equal(first?.type, 'rich_text');
      assert.match(JSON.stringify(first), /"bold":true/);
    }
  });

  test('names our commands as they are typed here, and nothing else that begins with a slash', () => {
    const card = note(
      text('Take it back with /undo 12, see /backups or /etc/apt and a/undo '),
      outside('/undo 1'),
    );
    assert.equal(
      readable(card),
      'Take it back with /pve undo 12, see /pve backups or /etc/apt and a/undo /undo 1',
    );
    assert.equal(render(card, '/ops').text, render(card, '/pve').text.replaceAll('/pve', '/ops'));
  });

  test('without anything to be seen in a line has no empty block', () => {
    const card = { ...plan, must: [[], lineOf(text(''))], more: [[]], diff: '' };
    assert.deepEqual(
      render(card, '/pve').blocks.map(({ type }) => type),
      ['header', 'actions', 'actions'],
    );
  });
});

describe('text from outside', () => {
  for (const name of [
    '*bold* _it_ ~no~ `code` ```x```',
    ':smile: :white_check_mark: approved',
    '<!channel> <@U0ADA> <#C0OPS|ops> <https://a.test|x>',
    '&lt;!channel&gt; &amp;',
    'see https://evil.test',
  ])
    test(`${JSON.stringify(name)} is the text of an element, which Slack reads for nothing`, () => {
      const card = { ...plan, lead: lineOf(text('x')), must: [lineOf(outside(name))], more: [], diff: null };
      assert.equal(readable(card), name.replaceAll('@', '＠'));
    });

  test('rings at nobody in the notification either, which is read as mrkdwn', () => {
    const { text: notification } = render(note(outside('<!channel> & <@U0ADA>')), '/pve');
    assert.equal(notification, '&lt;!channel&gt; &amp; &lt;＠U0ADA&gt;');
  });

  test('in a diff nothing vanishes and nothing ends it', () => {
    const card = { ...plan, must: [], more: [], diff: '+a\u202eb\u0007\n```\n<!channel>' };
    assert.equal(readable(card), '+a\\u{202e}b\\u{7}\n```\n<!channel>');
  });
});

describe('what does not fit', () => {
  const lines = (count: number, width: number): Line[] =>
    Array.from({ length: count }, (_, index) => lineOf(text(`${index} `.padEnd(width, 'x'))));

  test('is cut from the further lines first, and their number is said', () => {
    const seen = readable({ ...plan, more: lines(200, 100), diff: '+x\n'.repeat(30) });
    assert.match(seen, /\n… \+\d+$/);
    assert.equal(render({ ...plan, more: lines(200, 100) }, '/pve').file, null);
  });

  test('a diff that does not fit goes whole into a file, and the card says how many lines are missing', () => {
    const diff = Array.from({ length: 90 }, (_, index) => `+${index} `.padEnd(200, 'y')).join('\n');
    assert.equal(render({ ...plan, diff }, '/pve').file?.text, diff);
    assert.match(readable({ ...plan, more: [], diff }), /\n… \+\d+$/);
    assert.equal(buttonsOf({ ...plan, diff }).length, 3);
  });

  test('a single line of a diff that is longer than a block goes into the file too', () => {
    assert.equal(render({ ...plan, diff: `+${'y'.repeat(4_000)}` }, '/pve').file?.name, 'change.diff');
  });

  test('the file of a card goes along even when its diff fits', () => {
    const attachment = { name: 'change-12.diff', text: 'whole', sha256: 'f'.repeat(64) };
    assert.deepEqual(render({ ...plan, attachment }, '/pve').file, attachment);
  });

  for (const [what, must] of [
    ['whose own lines do not fit', lines(200, 100)],
    ['of which one line is cut', [lineOf(text('x'.repeat(3_001)))]],
  ] as const)
    test(`a card ${what} cannot be approved, but it can be denied`, () => {
      assert.deepEqual(
        buttonsOf({ ...plan, must }).map((button) => button.text.text),
        ['Deny', 'Details'],
      );
    });
});

const anySpan: fc.Arbitrary<Span> = fc.oneof(
  fc.record({
    span: fc.constantFrom('text', 'strong', 'outside', 'code'),
    text: fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('x'.repeat(5_000), '😀'.repeat(1_600)),
    ),
  }),
  fc.record({
    span: fc.constant('time' as const),
    at: fc.integer({ min: 0, max: 4e12 }),
    style: fc.constantFrom('relative', 'clock'),
  }),
);
const anyLine = fc.array(anySpan, { maxLength: 6 });
const anyButton = fc.record({
  label: fc.string({ minLength: 1, maxLength: 120 }).map((label) => `b${label}`),
  token: fc.string({ minLength: 1, maxLength: 64 }),
  style: fc.constantFrom('good', 'danger', 'plain'),
});
const anyCard: fc.Arbitrary<Card> = fc.record({
  tone: fc.constant('waiting'),
  lead: anyLine,
  must: fc.array(anyLine, { maxLength: 30 }),
  more: fc.array(anyLine, { maxLength: 60 }),
  diff: fc.option(
    fc.oneof(fc.string({ unit: 'binary', maxLength: 3_000 }), fc.constant('+y\n'.repeat(9_000))),
  ),
  attachment: fc.constant(null),
  buttons: fc.array(fc.array(anyButton, { maxLength: 30 }), { maxLength: 12 }),
});

test('every card keeps all limits, whatever is in it, and is well-formed', () => {
  fc.assert(
    fc.property(anyCard, (card) => {
      const { blocks, text: notification } = render(card, '/pve');
      const json = JSON.stringify(blocks);
      assert.deepEqual(
        Object.keys(readBlocks(json, LIMITS)),
        ['blocks'],
        JSON.stringify(readBlocks(json, LIMITS)),
      );
      assert.ok(notification.length <= LIMITS.text && json.isWellFormed());
    }),
    { numRuns: 500 },
  );
});
