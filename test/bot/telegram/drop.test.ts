import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { Party } from '#test/contract/chat/party';
import { openTelegramParty } from '#test/contract/chat/telegram-party';
import { noteOf } from '../../contract/chat/cards.ts';

describe('what is dropped', () => {
  let party: Party;
  let heard: number;
  beforeEach(async () => {
    heard = 0;
    party = await openTelegramParty();
    await party.chat.start(
      () => {
        heard += 1;
        return Promise.resolve();
      },
      {
        missed: () => {},
        moved: () => {},
        dropped: ({ account, locale }, why) => noteOf(`${why} ${account.id} ${locale}`),
      },
    );
  });
  afterEach(() => party.close());

  const act = (...whom: readonly string[]): void => {
    for (const { who, act: does } of party.impostors) if (whom.includes(who)) does();
  };
  /** Until everything before was taken. */
  const settled = async (): Promise<void> => {
    party.says('ada', '/whoami');
    await party.until(() => heard === 1 && party.unacknowledged?.() === 0);
  };

  test('a press is answered on the button with why it came to nothing, to that person alone', async () => {
    const { id } = party.account('omar');
    act('a press in a room that is not configured');
    await party.until(() => party.told('omar').length === 1);
    assert.deepEqual(party.told('omar'), [`chat-not-allowed ${id} null`]);
    assert.deepEqual(party.shown(party.room), []);
  });

  test('a command of one real person is answered in private, once a minute', async () => {
    const { id } = party.account('omar');
    act('a message that was forwarded', 'an inline bot');
    act('a message that was forwarded');
    await settled();
    await party.until(() => party.told('omar').length > 0);
    assert.deepEqual(party.told('omar'), [`forwarded ${id} null`]);
    assert.deepEqual(party.shown(party.room), []);
  });

  test('nobody is told where it is not known who that is, or where the chat is none of ours', async () => {
    act(
      'an anonymous admin',
      'somebody who speaks as a channel',
      'another bot',
      'a room that is not configured',
    );
    await settled();
    assert.deepEqual(['ada', 'omar', 'mute'].flatMap(party.told), []);
    assert.deepEqual(party.shown(party.room), []);
  });
});
