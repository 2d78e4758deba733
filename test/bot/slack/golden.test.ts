import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import type { types } from '@slack/bolt';
import { changeCard } from '#bot/cards/change';
import { refusalCard } from '#bot/cards/refusal';
import { statusCard } from '#bot/cards/status';
import { wordsOf } from '#bot/cards/words';
import type { Card } from '#bot/chat/card';
import { roomOf } from '#bot/chat/chat';
import { LIMITS } from '#bot/slack/limits';
import { render } from '#bot/slack/render';
import type { StateName } from '#policies/change/state';
import { readBlocks } from '#test/fake/slack/blocks';
import { LIMITS as SLACK } from '#test/fake/slack/limits';
import { EVERYBODY } from '../../policies/people.ts';
import { hostChangeCards } from '../cards/host-change-cards.ts';
import { around, NOW, STATE_NAMES, sampleChange, sampleInventory, samplePlan } from '../cards/sample.ts';
import { downCard } from '../cards/sample-cards.ts';

const viewIn = (state: StateName, plan: typeof samplePlan) => {
  const change = sampleChange(state);
  return {
    change,
    plan: 'plan' in change.state ? plan : null,
    name: '<!channel> *web-01*',
    people: EVERYBODY,
    standIns: [],
    now: NOW,
    around,
  };
};

const cardIn = (state: StateName, locale = 'en', plan = samplePlan): Card =>
  changeCard({
    words: wordsOf(locale),
    view: viewIn(state, plan),
    room: roomOf(LIMITS),
    token: (verb) => `token-${verb}`,
    sha256: (text) => hash('sha256', text),
  });

/** A plan whose diff is longer than any card. */
const long = {
  ...samplePlan,
  effects: samplePlan.effects.map((effect) =>
    effect.kind === 'file' && effect.after
      ? { ...effect, after: { ...effect.after, content: 'Line::x "```<!channel>";\n'.repeat(120) } }
      : effect,
  ),
};

const own = { now: NOW, open: 2, frozen: [], mode: null, builtIn: false, owed: [], down: [], health: null };

const cards: Readonly<Record<string, Card>> = {
  ...Object.fromEntries(STATE_NAMES.map((state) => [state, cardIn(state)])),
  'awaiting.es': cardIn('awaiting', 'es'),
  'awaiting-long-diff': cardIn('awaiting', 'en', long),
  ...hostChangeCards(LIMITS),
  'status-down': downCard(wordsOf('en')),
  'status-down.es': downCard(wordsOf('es')),
  refusal: refusalCard(wordsOf('en'), { no: 'stale-button' }),
  status: statusCard(wordsOf('en'), sampleInventory(), own),
};

type Inline = types.RichTextElement;

/** As people see it, in marks that show what is bold, code or a clock. */
const inline = (one: Inline): string => {
  if (one.type === 'date') return `<${one.format} of ${one.timestamp}, else ${one.fallback}>`;
  if (one.type !== 'text') return assert.fail(one.type);
  const { bold, code } = { bold: false, code: false, ...one.style };
  return bold ? `**${one.text}**` : code ? `\`${one.text}\`` : one.text;
};

const rich = (part: types.RichTextBlock['elements'][number]): string => {
  if (part.type === 'rich_text_preformatted') return `---- text\n${part.elements.map(inline).join('')}\n----`;
  return part.type === 'rich_text_section' ? part.elements.map(inline).join('') : assert.fail(part.type);
};

const button = (one: types.ActionsBlock['elements'][number]): string =>
  one.type === 'button' ? `[${[one.text.text, one.style].filter(Boolean).join(' ')}]` : assert.fail(one.type);

const drawn = (block: types.KnownBlock): string => {
  if (block.type === 'header') return `# ${block.text.text}`;
  if (block.type === 'rich_text') return block.elements.map(rich).join('\n');
  return block.type === 'actions' ? block.elements.map(button).join(' ') : assert.fail(block.type);
};

/** What is sent, to be read by people who review a change of it. */
const written = (card: Card): string => {
  const { text, blocks, file } = render(card, '/pve');
  const attached = file === null ? [] : [`file ${file.name}, ${file.text.split('\n').length} lines`];
  return `${[`notification: ${text.replaceAll('\n', ' | ')}`, ...blocks.map(drawn), ...attached].join('\n')}\n`;
};

for (const [name, card] of Object.entries(cards))
  test(`the card "${name}" looks as recorded, and Slack takes it`, (t) => {
    const path = join(import.meta.dirname, `../../golden/slack/${name}.txt`);
    t.assert.fileSnapshot(written(card), path, { serializers: [String] });
    const { blocks, text } = render(card, '/pve');
    assert.ok('blocks' in readBlocks(JSON.stringify(blocks), SLACK));
    assert.doesNotMatch(text, /<!/);
  });
