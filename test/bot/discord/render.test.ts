import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Card, Line, Span } from '#bot/chat/card';
import { stripOutside } from '#bot/chat/outside';
import { messageOf } from '#bot/discord/post';
import { render } from '#bot/discord/render';
import { complainV2, flat } from '#test/fake/discord/components';
import { LIMITS } from '#test/fake/discord/limits';
import { drawMarkdown } from '#test/fake/discord/markdown';

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

const textsOf = (card: Card): readonly string[] =>
  flat(render(card).body.components).flatMap(({ content }) => (typeof content === 'string' ? [content] : []));
const buttonsOf = (card: Card) => flat(render(card).body.components).filter(({ type }) => type === 2);
const shown = (card: Card) => drawMarkdown(textsOf(card).join('\n'));

describe('a card', () => {
  test('is drawn with a heading, the clock of the reader and a diff in its own face', () => {
    assert.deepEqual(textsOf(plan), [
      '### 🟡 \\#12 · stop web-01\nAsked by **Omar** · risk high',
      'Expires <t:1790000900:R>',
      '```diff\n-status: running\n+status: stopped\n```',
    ]);
  });

  test('has the colour of its tone and its buttons in their rows', () => {
    const [container] = render(plan).body.components;
    assert.equal(container.accent_color, 0xf1c40f);
    assert.deepEqual(
      buttonsOf(plan).map(({ label, style, custom_id }) => [label, style, custom_id]),
      [
        ['Approve', 3, 'a1'],
        ['Deny', 4, 'd1'],
        ['Details', 2, 'x1'],
      ],
    );
  });

  test('rings at nobody', () => {
    assert.deepEqual(render(plan).body.allowed_mentions, { parse: [] });
  });

  test('that cannot be shown whole cannot be approved', () => {
    const must = Array.from({ length: 400 }, (_, index) => lineOf(text(`${index} what must be read`)));
    assert.deepEqual(
      buttonsOf({ ...plan, must }).map(({ label }) => label),
      ['Deny', 'Details'],
    );
    assert.match(shown({ ...plan, must }).text, /… \+\d+$/m);
  });

  test('whose file is larger than what the platform takes cannot be approved either', () => {
    const attachment = { name: 'big.diff', text: 'é'.repeat(6 * 2 ** 20), sha256: 'f'.repeat(64) };
    const drawn = render({ ...plan, attachment });
    assert.equal(drawn.file, null);
    assert.deepEqual(
      buttonsOf({ ...plan, attachment }).map(({ label }) => label),
      ['Deny', 'Details'],
    );
  });

  test('whose diff is cut brings it whole as a file', () => {
    const diff = Array.from({ length: 900 }, (_, index) => `+line ${index}`).join('\n');
    assert.deepEqual(render({ ...plan, diff }).file, { name: 'change.diff', text: diff });
    assert.equal(buttonsOf({ ...plan, diff }).length, 3);
  });

  test('shows no list, heading or quote that somebody wrote', () => {
    for (const name of [
      '- item',
      '+ item',
      '1. first',
      '# head',
      '> quote',
      '-# small',
      '* star',
      '>>> all',
    ]) {
      const drawn = shown({ ...plan, must: [lineOf(outside(name))], more: [], diff: null });
      assert.ok(drawn.text.endsWith(`\n${name}`), drawn.text);
    }
    assert.deepEqual(textsOf({ ...plan, must: [lineOf(outside('1. x'))], more: [], diff: null }), [
      '### 🟡 \\#12 · stop web-01\n1\\. x',
    ]);
  });
});

const tricky = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    '```',
    '`',
    '@everyone',
    '<@1>',
    '**',
    'https://a.test',
    '\u202e',
    '[x](https://a.test)',
    ':a:',
  ),
  fc
    .array(fc.constantFrom('`', '\\', '*', '_', '<', '@', ':', '|', '[', ']', '\n'), { maxLength: 12 })
    .map((all) => all.join('')),
);
const span = fc.oneof(
  fc.record({ span: fc.constantFrom('text', 'strong', 'outside', 'code'), text: tricky }),
  fc.record({
    span: fc.constant('time'),
    at: fc.integer({ min: 0, max: 2_000_000_000_000 }),
    style: fc.constantFrom('relative', 'clock'),
  }),
) as fc.Arbitrary<Span>; // each of the two is a variant of it
const line = fc.array(span, { maxLength: 5 });
const token = fc.oneof(fc.string({ minLength: 0, maxLength: 120 }), fc.constantFrom('a', 'b'));
const button = fc.record({ label: tricky, token, style: fc.constantFrom('good', 'danger', 'plain') });
const card = fc.record({
  tone: fc.constantFrom('waiting', 'running', 'good', 'bad', 'neutral', 'unknown'),
  lead: line,
  must: fc.array(line, { maxLength: 80 }),
  more: fc.array(line, { maxLength: 80 }),
  diff: fc.option(fc.array(tricky, { maxLength: 300 }).map((lines) => lines.join('\n'))),
  attachment: fc.option(fc.record({ name: tricky, text: tricky, sha256: fc.constant('f') })),
  buttons: fc.array(fc.array(button, { maxLength: 12 }), { maxLength: 8 }),
}) as fc.Arbitrary<Card>; // field by field what the type says

describe('any card at all', () => {
  test('fits every limit of the platform, and its file goes along', () => {
    fc.assert(
      fc.property(card, (one) => {
        const { body, file } = render(one);
        const { files, body: sent } = messageOf({ body, file });
        const names = files.map(({ name }) => name);
        assert.equal(complainV2(body.components, LIMITS, names), undefined);
        assert.deepEqual(
          sent.attachments.map(({ filename }) => filename),
          names,
        );
      }),
      { numRuns: 1_500 },
    );
  });

  test('leads nowhere and rings at nobody', () => {
    fc.assert(
      fc.property(card, (one) => {
        const others = one.must.map((spans) =>
          spans.filter((each) => each.span !== 'text' && each.span !== 'strong'),
        );
        const drawn = shown({ ...one, lead: [], must: others, more: [], attachment: null });
        assert.deepEqual(drawn.live, []);
      }),
      { numRuns: 1_500 },
    );
  });

  test('shows what came from outside as it is, but for what nobody sees', () => {
    fc.assert(
      fc.property(tricky, (value) => {
        const drawn = shown({
          ...plan,
          must: [lineOf(text('x'), outside(value), text('y'))],
          more: [],
          diff: null,
        });
        const wanted = drawMarkdown(`\`${stripOutside(value)}\``).text;
        assert.ok(
          stripOutside(value).includes('`') || drawn.text.includes(wanted.replace(/^`|`$/g, '')),
          drawn.text,
        );
      }),
      { numRuns: 1_000 },
    );
  });
});
