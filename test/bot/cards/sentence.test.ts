import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Key, listed, openWords, plain } from '#bot/cards/words';
import type { Card } from '#bot/chat/card';
import { LIMITS } from '#bot/console/limits';
import { sampleCardsIn } from './sample-cards.ts';

const file = join(import.meta.dirname, '../../../bot/cards/locales/en.json');
const en = JSON.parse(readFileSync(file, 'utf8')) as { readonly [K in Key]: string }; // the file whose keys the type is made from
const KEYS = Object.keys(en) as readonly Key[]; // the keys of the table that the type is made from

/** Every sentence of English between marks, so that it can be seen where each begins and ends. */
const marked = <T extends Partial<Record<Key, string>>>(
  table: T,
  [open, close]: readonly [string, string],
): T =>
  // The same keys with other texts.
  Object.fromEntries(Object.entries(table).map(([key, text]) => [key, `${open}${text}${close}`])) as T;

const ENGLISH = marked(en, ['⟨', '⟩']);
const some = (keys: readonly Key[]): { [K in Key]?: string } =>
  marked(Object.fromEntries(keys.map((key) => [key, en[key]])) as { [K in Key]?: string }, ['⟦', '⟧']); // some of its rows

/** Does a sentence of one language stand inside one of the other? */
const isMixed = (text: string): boolean => {
  const within: string[] = [];
  for (const mark of text.replaceAll(/[^⟨⟩⟦⟧]/g, '')) {
    if (mark === '⟩' || mark === '⟧') within.pop();
    else if (within.some((outer) => outer !== mark)) return true;
    else within.push(mark);
  }
  return false;
};

const linesOf = ({ lead, must, more }: Card): readonly string[] => [lead, ...must, ...more].map(plain);

describe('a language that lacks sentences', () => {
  it('says those in English, whole, whichever they are', () => {
    const few = fc.subarray([...KEYS], { minLength: KEYS.length - 60 });
    const any = fc.subarray([...KEYS]);
    const story = (keys: readonly Key[]): void => {
      const words = openWords('de', some(keys), ENGLISH);
      for (const [name, card] of Object.entries(sampleCardsIn(words, LIMITS)))
        for (const line of linesOf(card)) assert.ok(!isMixed(line), `${name}: ${line}`);
    };
    fc.assert(fc.property(fc.oneof(few, any), story), { numRuns: 100 });
  });

  it('is spoken where it has the sentence and all that stands in it', () => {
    const own = { 'change.asked': 'Von {who} · Risiko {risk}', 'risk.high': 'hoch' } as const;
    const words = openWords('de', own, en);
    const who = 'ada';
    assert.equal(
      plain(words.say('change.asked', { who, risk: words.say('risk.high') })),
      'Von ada · Risiko hoch',
    );
    assert.equal(
      plain(words.say('change.asked', { who, risk: words.say('risk.low') })),
      'Asked by ada · risk low',
    );
    const both = listed([words.say('risk.high'), words.say('risk.low')]);
    assert.equal(plain(words.say('change.asked', { who, risk: both })), 'Asked by ada · risk high, low');
  });
});
