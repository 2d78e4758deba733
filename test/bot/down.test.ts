import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { connectTelegram } from '#bot/telegram/telegram';
import { downNow } from '#db/ledger/platforms-down';
import { openDiscordParty } from '#test/contract/chat/discord-party';
import type { OpenParty } from '#test/contract/chat/party';
import { openSlackParty } from '#test/contract/chat/slack-party';
import { openTelegramParty } from '#test/contract/chat/telegram-party';
import { openRoom, until } from '../conformance/room.ts';
import { noteOf } from '../contract/chat/cards.ts';

const NOTES = { missed: () => {}, moved: () => {}, dropped: () => noteOf('no') };

const PLATFORMS: readonly (readonly [name: string, open: OpenParty])[] = [
  ['Telegram', openTelegramParty],
  ['Discord', openDiscordParty],
  ['Slack', openSlackParty],
];

describe('whether a platform hears people', () => {
  for (const [name, open] of PLATFORMS)
    it(`is known of ${name}: not before it was reached, then yes, and again once a cut healed`, async () => {
      const party = await open();
      try {
        const { chat } = party;
        assert.equal(chat.down()?.why, 'not-connected');
        await chat.start(() => Promise.resolve(), NOTES);
        assert.equal(chat.down(), null);
        party.cuts?.();
        await party.until(() => chat.down()?.why === 'not-connected');
        await party.until(() => chat.down() === null);
      } finally {
        await party.close();
      }
    });
});

describe('a second poller with the same token', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(async () => {
    room = await openRoom();
  });
  afterEach(() => room.close());

  it('is named by /status to operators and admins, until some time after it ended', async () => {
    assert.doesNotMatch(await room.ask('ada', '/status'), /token|connected/);
    const { token, apiRoot } = room.telegram;
    const rival = connectTelegram({
      token,
      apiRoot,
      chats: [],
      home: (id) => id,
      perMinute: 20,
      now: Date.now,
      log: { warn: () => {} },
    });
    await rival.start(() => Promise.resolve(), NOTES);
    const down = () => downNow(room.ledger);
    await until('it is seen', () => down()[0]?.why === 'rival');
    await rival.stop();
    for (const name of ['ada', 'omar'])
      assert.match(await room.ask(name, '/status'), /Another process uses the token of telegram/);
    assert.doesNotMatch(await room.ask('vera', '/status'), /Another process/);
    room.skip(120_000);
    // A poll that went well after that: each answer is one.
    await room.ask('ada', '/whoami');
    await room.ask('ada', '/whoami');
    await until('it is over', () => down().length === 0);
    assert.doesNotMatch(await room.ask('ada', '/status'), /Another process/);
  });
});
