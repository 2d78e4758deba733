import assert from 'node:assert/strict';
import { test } from 'node:test';
import { page } from '#bot/cards/look';
import { when, wordsOf } from '#bot/cards/words';
import { renderText } from '#bot/console/render';

const NOW = 1_790_000_000_000;

test('a time is in the language of its sentence, whatever the console speaks', () => {
  const drawn = (reader: string, console: string, at: number): string => {
    const card = page('good', wordsOf(reader).say('done.waits', { when: when(at) }), []);
    return renderText(card, { now: NOW, locale: console, numberOf: () => 1 }).join('\n');
  };
  assert.match(drawn('es', 'en', NOW), /ahora/);
  assert.match(drawn('es', 'en', NOW + 240_000), /dentro de 4 minutos/);
  assert.match(drawn('en', 'es', NOW), /now/);
  assert.match(drawn('en', 'es', NOW + 240_000), /in 4 minutes/);
});
