import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { plain } from '#bot/cards/words';
import type { Chat } from '#bot/chat/chat';
import { announceAll } from '#bot/delivery/announce';
import { idle } from '#bot/delivery/beside';
import { paced } from '#bot/delivery/pace';
import type { Office } from '#bot/office';
import { noticesDue, putNotice } from '#db/ledger/notices';
import { noticePosts } from '#db/ledger/schema/chats';
import { openStage, type Stage } from '../../db/ledger/stage.ts';
import { type Fate, scriptedChat } from './scripted-chat.ts';

const DIGEST = 'a'.repeat(64);
const OPS = { platform: 'test', chat: 'ops' };

describe('what everybody is told', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());
  const office = (): Office => ({
    ledger: stage.ledger,
    authority: stage.authority,
    inventories: () => [],
    watching: [{ ...OPS, sees: 'everything' }],
    locale: 'en',
  });
  const tell = (places = [OPS]) =>
    putNotice(stage.ledger, { notice: 'rules-first', digest: DIGEST }, { places });
  const announce = async (fates: Fate[] = [], rounds = 1) => {
    const platform = scriptedChat('test', fates);
    for (let round = 0; round < rounds; round++) {
      await announceAll(office(), paced(platform.chat, stage.ledger.now));
      stage.skip(61_000);
    }
    return platform;
  };
  const isOver = () =>
    stage.ledger.db.orm
      .select()
      .from(noticePosts)
      .all()
      .every(({ done }) => done === 1);

  it('is posted once in each chat, and not again', async () => {
    tell([OPS, { platform: 'test', chat: 'other' }, { platform: 'elsewhere', chat: 'ops' }]);
    const { calls } = await announce([], 3);
    assert.deepEqual(calls.toSorted(), ['ops', 'other']);
    assert.equal(noticesDue(stage.ledger, 'elsewhere').length, 1);
  });

  it('reaches a chat that makes trouble in the end, in the order it came', async () => {
    tell();
    putNotice(stage.ledger, { notice: 'rules-as-before', digest: DIGEST }, { places: [OPS] });
    const platform = await announce(['wait', 'refused', 'unknown'], 6);
    assert.ok(isOver());
    const shown = platform.calls.flatMap((_, no) => {
      const card = platform.shows('ops', `m${no + 1}`);
      return card ? [plain(card.lead)] : [];
    });
    assert.equal(shown.length, 2);
    assert.match(shown[0] ?? '', /first rules/);
    assert.match(shown[1] ?? '', /says again/);
  });

  it('reaches every other chat while it hangs in one, where nothing is posted beside it, and its next one after it', async () => {
    const other = { platform: 'test', chat: 'other' };
    tell([OPS, other]);
    putNotice(stage.ledger, { notice: 'rules-as-before', digest: DIGEST }, { places: [OPS, other] });
    const platform = scriptedChat('test', []);
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const post: Chat['post'] = async (place, card) => {
      if (place === 'ops') await answered;
      return platform.chat.post(place, card);
    };
    const busy = idle(1);
    const chat = paced({ ...platform.chat, post }, stage.ledger.now);
    await announceAll(office(), chat, busy);
    while (busy.lanes.size > 1) await setImmediate();
    await announceAll(office(), chat, busy);
    assert.deepEqual(platform.calls, ['other', 'other']);
    answer();
    await Promise.all(busy.lanes.values());
    assert.deepEqual(platform.calls, ['other', 'other', 'ops', 'ops']);
    assert.ok(isOver());
  });

  it('follows a chat that got another id', async () => {
    tell();
    const { calls } = await announce(['moved']);
    assert.deepEqual(calls, ['ops', 'ops+']);
    assert.ok(isOver());
  });

  it('is not tried in a chat that is gone, or that is served no more', async () => {
    tell();
    assert.deepEqual((await announce(['gone'], 3)).calls, ['ops']);
    tell();
    const platform = scriptedChat('test', []);
    platform.left.add('ops');
    await announceAll(office(), paced(platform.chat, stage.ledger.now));
    assert.deepEqual(platform.calls, []);
    assert.ok(isOver());
  });
});
