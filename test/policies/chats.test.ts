import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Chats, seeingChats } from '#policies/chats';
import { SiteId } from '#policies/ids';

const HOME = SiteId.parse('home');
const read = (chats: unknown) => seeingChats(Chats.parse(chats), HOME);

describe('the chats of the configuration', () => {
  it('see everything where they are an id alone, of either kind', () => {
    assert.deepEqual(read([-100, 'C0123']), [
      { chat: '-100', sees: 'everything' },
      { chat: 'C0123', sees: 'everything' },
    ]);
  });

  it('see the pools and guests that are named, on the site of the file or another', () => {
    const sees = { pools: ['web', 'a/b'], guests: [101, '200-209', '103'] };
    assert.deepEqual(read([{ id: -1, sees }]), [
      {
        chat: '-1',
        sees: {
          pools: [
            { site: 'home', pool: 'web' },
            { site: 'home', pool: 'a/b' },
          ],
          guests: [
            { site: 'home', from: 101, to: 101 },
            { site: 'home', from: 200, to: 209 },
            { site: 'home', from: 103, to: 103 },
          ],
        },
      },
    ]);
    assert.deepEqual(read([{ id: 'C1', sees: { site: 'lab', pools: ['web'] } }]), [
      { chat: 'C1', sees: { pools: [{ site: 'lab', pool: 'web' }], guests: [] } },
    ]);
  });

  it('are refused where what they see is nothing, unknown or no guest, and never taken for everything', () => {
    const wrong: readonly unknown[] = [
      {},
      { pools: [] },
      { pools: ['web'], nodes: ['pve1'] },
      { pools: [''] },
      { guests: [99] },
      { guests: ['209-200'] },
      { guests: ['home/101'] },
      { guests: ['101-'] },
      { guests: [101.5] },
      { guests: [null] },
      { pools: ['web'], site: 'No Site' },
      'everything',
      null,
    ];
    for (const sees of wrong)
      assert.equal(Chats.safeParse([{ id: -1, sees }]).success, false, JSON.stringify(sees));
    for (const chats of [[], [{ sees: { pools: ['web'] } }], [''], [null], [{ id: -1, sees: undefined }]])
      assert.equal(Chats.safeParse(chats).success, false, JSON.stringify(chats));
  });

  it('are refused with words for whoever writes the file, at the place that is wrong', () => {
    const says = (chats: unknown): readonly string[] =>
      Chats.safeParse(chats).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
    const guest = 'a guest such as 101, or a range such as "200-209"';
    for (const typed of ['x101', '101x', '101-102-103', '100-99', '209-200', ''])
      assert.deepEqual(says([{ id: -1, sees: { guests: [typed] } }]), [`0.sees.guests.0: ${guest}`], typed);
    assert.deepEqual(says([{ id: -1, sees: { guests: [99] } }]), [
      `0.sees.guests.0.from: ${guest}`,
      `0.sees.guests.0.to: ${guest}`,
    ]);
    assert.deepEqual(says([{ id: -1, sees: {} }]), [
      '0.sees: at least one pool or guest: an id alone sees everything',
    ]);
    assert.deepEqual(says([null]), [
      '0: the id of a chat, or { id: …, sees: { pools: [web], guests: [101, "200-209"] } }',
    ]);
    assert.deepEqual(says([]), [': at least one chat id']);
  });
});
