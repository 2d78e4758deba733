import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { stringify } from 'yaml';
import { verifyAudit } from '#db/audit/verify';
import type { Configured } from '#test/contract/chat/party';
import { cardsOf, closeCrowds, type Served, serveCrowds } from './crowds.ts';
import { until } from './program.ts';
import { firstLook } from './stage.ts';

/** Two people besides the requester. */
const layRules = (folder: string): string => {
  const file = join(folder, 'rules.yaml');
  const match = { action: ['guest.stop'] };
  writeFileSync(
    file,
    stringify({ version: 1, rules: [{ id: 'stop', match, need: [{ count: 2, role: 'admin' }] }] }),
  );
  return file;
};

const DECIDES = /Approve|Deny|Withdraw/;

/** Waits until the card of change 1 says this in every room. */
const everywhere = async ({ crowds }: Served, words: RegExp): Promise<void> => {
  await until(
    () =>
      `${words} in every room: ${JSON.stringify(
        crowds.map((crowd) => cardsOf(crowd, 1)),
        null,
        1,
      )}`,
    () => crowds.every((crowd) => cardsOf(crowd, 1).some(({ text }) => words.test(text))),
  );
};

/** Presses Approve on the card of change 1 there and gives what the one who pressed was told. */
const approve = async (crowd: Configured, name: string): Promise<string> => {
  const before = crowd.told(name).length;
  const [card] = cardsOf(crowd, 1);
  assert.ok(card, `no card on ${crowd.platform}`);
  crowd.presses(name, card.id, { label: 'Approve' });
  await until(
    () => `${name} is answered on ${crowd.platform}`,
    () => crowd.told(name).length > before,
  );
  return crowd.told(name).slice(before).join('\n');
};

const play = async (served: Served): Promise<void> => {
  const { site, crowds } = served;
  site.start('worker');
  site.start('bot');
  await firstLook(site.ledger);
  const stops = (): number => site.requests('POST', /\/101\/status\/stop$/);
  const [telegram, discord, slack] = crowds;
  assert.ok(telegram && discord && slack);
  telegram.says('omar', '/stop 101');
  await everywhere(served, /waiting for approval/);
  assert.match(await approve(slack, 'ada'), /Counted/);
  await everywhere(served, /●○ 1\/2/);
  assert.match(await approve(discord, 'ada'), /counted already/);
  assert.match(await approve(discord, 'omar'), /You asked for this/);
  await everywhere(served, /●○ 1\/2/);
  assert.equal(stops(), 0);
  await approve(telegram, 'mute');
  await everywhere(served, /done and verified/);
  assert.equal(stops(), 1);
  for (const crowd of crowds) {
    assert.equal(cardsOf(crowd, 1).length, 1, `one card on ${crowd.platform}`);
    assert.deepEqual(
      cardsOf(crowd, 1).flatMap(({ buttons }) => buttons.filter((label) => DECIDES.test(label))),
      [],
    );
  }
  for (const file of [site.ledger, site.journal]) assert.equal(verifyAudit(file).verdict, 'whole');
};

describe('One request in every chat', () => {
  it('is asked for on one platform, agreed to on others by people who count once, and every copy follows', async () => {
    const served = await serveCrowds({}, layRules);
    try {
      await play(served);
    } finally {
      await closeCrowds(served);
    }
  });
});
