import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Api, InputFile } from 'grammy';
import { wordsOf } from '#bot/cards/words';
import type { Card } from '#bot/chat/card';
import { LIMITS } from '#bot/telegram/limits';
import { render } from '#bot/telegram/render';
import { type FakeTelegram, startFakeTelegram } from '#test/fake/telegram/telegram';
import { hostChangeCards } from '../cards/host-change-cards.ts';
import { downCard, sampleCards } from '../cards/sample-cards.ts';

/** What is sent, to be read by people who review a change of it. */
const written = (card: Card): string => {
  const { html, markup, file } = render(card);
  const rows = markup.reply_markup.inline_keyboard.map((row) =>
    row.map((button) => `[${button.text}${button.style === undefined ? '' : ` ${button.style}`}]`).join(' '),
  );
  const attached = file === null ? [] : [`file ${file.name}, ${file.text.split('\n').length} lines`];
  return `${[html, ...rows, ...attached].join('\n')}\n`;
};

let telegram: FakeTelegram;
before(async () => {
  telegram = await startFakeTelegram();
});
after(() => telegram.close());

const cards = {
  ...sampleCards('en', LIMITS),
  'status-down.es': downCard(wordsOf('es')),
  ...hostChangeCards(LIMITS),
};

for (const [name, card] of Object.entries(cards))
  test(`the card "${name}" looks as recorded, and the server takes it`, async (t) => {
    t.assert.fileSnapshot(written(card), join(import.meta.dirname, `../../golden/telegram/${name}.txt`), {
      serializers: [String],
    });
    const api = new Api(telegram.token, { apiRoot: telegram.apiRoot });
    const chat = telegram.addGroup('ops', []);
    const { html, markup, file } = render(card);
    await api.sendMessage(chat.id, html, markup);
    if (file !== null) await api.sendDocument(chat.id, new InputFile(Buffer.from(file.text), file.name));
    assert.ok(!telegram.messages(chat)[0]?.entities.some((entity) => entity.type === 'mention'));
  });
