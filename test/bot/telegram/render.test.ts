import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Api } from 'grammy';
import type { Card, Line, Span } from '#bot/chat/card';
import { isToast, render, renderToast } from '#bot/telegram/render';
import { parseHtml } from '#test/fake/telegram/html';
import { startFakeTelegram } from '#test/fake/telegram/telegram';

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

const keyboardOf = (card: Card) => render(card).markup.reply_markup.inline_keyboard;

const shown = (card: Card): string => {
  const parsed = parseHtml(render(card).html);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.result.text;
};

describe('a card', () => {
  test('is drawn with a bold first line, the clock of the reader and a diff in its own face', () => {
    assert.equal(
      render(plan).html,
      [
        '<b>🟡 #12 · stop web-01</b>',
        'Asked by <b>Omar</b> · risk high',
        'Expires <tg-time unix="1790000900" format="r">2026-09-21 14:28 UTC</tg-time>',
        '<pre><code class="language-diff">-status: running\n+status: stopped</code></pre>',
      ].join('\n'),
    );
  });

  test('has its buttons in their rows, with the colours of the platform', () => {
    assert.deepEqual(keyboardOf(plan), [
      [
        { text: 'Approve', callback_data: 'a1', style: 'success' },
        { text: 'Deny', callback_data: 'd1', style: 'danger' },
      ],
      [{ text: 'Details', callback_data: 'x1' }],
    ]);
  });

  test('folds a long diff', () => {
    const diff = Array.from({ length: 20 }, (_, index) => `+line ${index}`).join('\n');
    assert.match(render({ ...plan, diff }).html, /<blockquote expandable><pre>.*<\/pre><\/blockquote>$/s);
  });

  test('breaks a row that is too wide for a keyboard', () => {
    const row = Array.from({ length: 11 }, (_, index) => ({
      label: `${index}`,
      token: `${index}`,
      style: 'plain' as const,
    }));
    assert.deepEqual(
      keyboardOf({ ...plan, buttons: [row] }).map((buttons) => buttons.length),
      [8, 3],
    );
  });
});

describe('text from outside', () => {
  const cases: readonly [string, string, string][] = [
    ['<b>@everyone', '<b>＠everyone', 'plain'],
    ['web-01 (home/101)', 'web-01 (home/101)', 'plain'],
    ['see https://evil', 'see https://evil', 'code'],
    ['4444 555566667777', '4444 555566667777', 'code'],
    ['buy $TON #now', 'buy $TON #now', 'code'],
    ["'; rm -rf & <script>", "'; rm -rf & <script>", 'plain'],
    ['\u202eevil\u2066\u200b', 'evil', 'plain'],
    ['\u001b[31mred\u001b[0m \u001b]0;title\u0007x', 'red x', 'plain'],
    ['two\r\nlines\tand', 'two lines and', 'plain'],
    ['evil.com', 'evil.com', 'code'],
    ['/stop_all', '/stop_all', 'code'],
    ['a\ud800b', 'a\ufffdb', 'plain'],
  ];
  for (const [name, seen, face] of cases)
    test(`${JSON.stringify(name)} is shown as ${JSON.stringify(seen)}, ${face}`, () => {
      const card: Card = {
        ...plan,
        lead: lineOf(text('x')),
        must: [lineOf(outside(name))],
        more: [],
        diff: null,
      };
      const parsed = parseHtml(render(card).html);
      assert.ok(parsed.ok);
      assert.equal(parsed.result.text, `x\n${seen}`);
      assert.equal(
        parsed.result.entities.some((entity) => entity.type === 'code'),
        face === 'code',
      );
    });

  test('in a diff nothing vanishes: what cannot be seen is shown by its number', () => {
    assert.match(shown({ ...plan, diff: '+a\u202eb\u0007' }), /\+a\\u\{202e\}b\\u\{7\}$/);
  });
});

describe('what does not fit', () => {
  const lines = (count: number, width: number): Line[] =>
    Array.from({ length: count }, (_, index) => lineOf(text(`${index} `.padEnd(width, 'x'))));

  test('is cut from the further lines first, and their number is said', () => {
    const card: Card = { ...plan, more: lines(60, 100), diff: '+x\n'.repeat(30) };
    const seen = shown(card);
    assert.ok(seen.length <= 4096);
    assert.match(seen, /\n… \+\d+\n\+x\n/);
    assert.equal(render(card).file, null);
  });

  test('a diff that does not fit goes whole into a file, and the card says how many lines are missing', () => {
    const diff = Array.from({ length: 40 }, (_, index) => `+${index} `.padEnd(200, 'y')).join('\n');
    const { file } = render({ ...plan, diff });
    assert.equal(file?.text, diff);
    assert.match(shown({ ...plan, diff }), /\n… \+\d+$/);
    assert.equal(keyboardOf({ ...plan, diff })[0]?.length, 2);
  });

  test('the file of a card goes along even when its diff fits', () => {
    const attachment = { name: 'change-12.diff', text: 'whole', sha256: 'f'.repeat(64) };
    assert.deepEqual(render({ ...plan, attachment }).file, attachment);
  });

  test('a card whose own lines do not fit cannot be approved, but it can be denied', () => {
    const keyboard = keyboardOf({ ...plan, must: lines(60, 100) });
    assert.deepEqual(
      keyboard.flat().map((button) => button.text),
      ['Deny', 'Details'],
    );
  });
});

describe('a toast', () => {
  const refusal: Card = {
    ...plan,
    lead: lineOf(text('You asked for '), outside('@web'), text('.')),
    must: [],
    more: [],
    diff: null,
    buttons: [],
  };

  test('is the line of a card that has nothing else', () => {
    assert.ok(isToast(refusal));
    assert.equal(renderToast(refusal, 'lead'), 'You asked for ＠web.');
    assert.ok(!isToast({ ...refusal, must: [lineOf(text('x'))] }));
    assert.ok(!isToast({ ...refusal, lead: lineOf(text('x'.repeat(201))) }));
  });

  test('is cut to 200 without breaking a character', () => {
    const long = renderToast({ ...refusal, lead: lineOf(text(`a${'😀'.repeat(150)}`)) }, 'all');
    assert.ok(long.length <= 200 && long.isWellFormed() && long.endsWith('😀…'));
  });
});

const anySpan: fc.Arbitrary<Span> = fc.oneof(
  fc.record({
    span: fc.constantFrom('text', 'strong', 'outside', 'code'),
    text: fc.string({ unit: 'binary', maxLength: 300 }),
  }),
  fc.record({
    span: fc.constant('time' as const),
    at: fc.integer({ min: 0, max: 4e12 }),
    style: fc.constantFrom('relative', 'clock'),
  }),
);
const anyLine = fc.array(anySpan, { maxLength: 6 });
const anyCard: fc.Arbitrary<Card> = fc.record({
  tone: fc.constant('waiting'),
  lead: fc.tuple(fc.constant<Span>({ span: 'text', text: 'x' }), anySpan),
  must: fc.array(anyLine, { maxLength: 8 }),
  more: fc.array(anyLine, { maxLength: 8 }),
  diff: fc.option(fc.string({ unit: 'binary', maxLength: 3_000 })),
  attachment: fc.constant(null),
  buttons: fc.constant(plan.buttons),
});

test('every card is taken by the server, whatever is in it', async () => {
  const telegram = await startFakeTelegram();
  const api = new Api(telegram.token, { apiRoot: telegram.apiRoot });
  const chat = telegram.addGroup('ops', []);
  await fc.assert(
    fc.asyncProperty(anyCard, async (card) => {
      const { html, markup } = render(card);
      await api.sendMessage(chat.id, html, markup);
    }),
    { numRuns: 300 },
  );
  await telegram.close();
});
