import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { backupsCard, failedBackupsCard, missingBackupsCard } from '#bot/cards/backups';
import { guestCard, guestsCard } from '#bot/cards/guests';
import { statusCard } from '#bot/cards/status';
import { plain, wordsOf } from '#bot/cards/words';
import type { Card } from '#bot/chat/card';
import { type Inventory, type Known, NotKnown } from '#policies/inventory';
import { NOW, sampleInventory } from './sample.ts';

const words = wordsOf('en');

type Part = { [K in keyof Inventory]: Inventory[K] extends Known<unknown> ? K : never }[keyof Inventory];
type Draw = (inventory: Inventory) => Card;

const status: Draw = (inventory) =>
  statusCard(words, inventory, {
    now: NOW,
    open: 0,
    frozen: [],
    mode: null,
    builtIn: false,
    owed: [],
    down: [],
    health: null,
  });
const guest: Draw = (inventory) => {
  const { guests } = sampleInventory();
  const [first] = guests.known ? guests.value : [];
  return guestCard(words, first ?? assert.fail('there is a guest'), inventory, []);
};
const CARDS = {
  status,
  guest,
  guests: (inventory: Inventory) => guestsCard(words, inventory),
  backups: (inventory: Inventory) => backupsCard(words, inventory, NOW),
  missing: (inventory: Inventory) => missingBackupsCard(words, inventory),
  failed: (inventory: Inventory) => failedBackupsCard(words, inventory),
} satisfies { readonly [name: string]: Draw };

/** Which cards tell of which part of the inventory; a new part without a row does not compile. */
const SHOWN: { readonly [P in Part]: readonly (keyof typeof CARDS)[] } = {
  quorum: ['status'],
  nodes: ['status'],
  guests: ['status', 'guests', 'backups', 'missing'],
  storages: ['status'],
  backups: ['status', 'backups', 'missing', 'guest'],
  backupRuns: ['failed'],
  backupJobs: [],
  uncovered: ['missing'],
  registeredTags: [],
};

/** What a card must not claim without the part; where other parts may say such a thing truly, only its own words. */
const CLAIMS: { readonly [P in Part]?: RegExp } = { uncovered: /in no backup job|Every guest/ };

const textOf = ({ lead, must, more }: Card): string => [lead, ...must, ...more].map(plain).join('\n');
const parts = Object.keys(SHOWN) as readonly Part[]; // the keys of the table above

describe('empty because forbidden is shown as unknown, never as none', () => {
  for (const part of parts)
    for (const card of SHOWN[part])
      for (const why of NotKnown.options)
        it(`${part} that are ${why} are unknown on the card of ${card}`, () => {
          const drawn = CARDS[card](sampleInventory({ [part]: { known: false, why } }));
          const text = textOf(drawn);
          assert.ok(text.includes(`unknown (${plain(words.say(`why.${why}`))})`), text);
          assert.doesNotMatch(text, CLAIMS[part] ?? /no backup\b|^0 |: 0\b|Every guest|No failed|none/m);
          if (card !== 'guest')
            assert.equal(drawn.tone === 'good', false, 'what is not known does not look fine');
        });

  it('what a card does not tell of changes nothing on it', () => {
    for (const part of parts)
      for (const [name, draw] of Object.entries(CARDS))
        if (!SHOWN[part].some((shown) => shown === name))
          assert.equal(
            textOf(draw(sampleInventory({ [part]: { known: false, why: 'forbidden' } }))),
            textOf(draw(sampleInventory())),
            `${part} on ${name}`,
          );
  });

  it('load and memory that may not be read are unknown, not zero', () => {
    const dark = { node: 'pve1', online: true, cpu: null, memory: null, maxMemory: null };
    const text = textOf(status(sampleInventory({ nodes: { known: true, value: [dark] } })));
    assert.match(text, /CPU unknown · memory unknown/);
  });

  it('one node that hides its memory makes the sum unknown, not smaller', () => {
    const lit = { node: 'pve1', online: true, cpu: 0.5, memory: 1, maxMemory: 2 };
    const dark = { node: 'pve2', online: true, cpu: 0.5, memory: null, maxMemory: 2 };
    const text = textOf(status(sampleInventory({ nodes: { known: true, value: [lit, dark] } })));
    assert.match(text, /CPU 50 % · memory unknown/);
  });

  it('a storage without a size is counted as unknown, and an inactive one is named', () => {
    assert.match(textOf(status(sampleInventory())), /inactive: nfs, 1 storage of unknown size/);
  });

  it('no card claims anything where nothing is known at all', () => {
    const nothing = Object.fromEntries(parts.map((part) => [part, { known: false, why: 'not-read' }]));
    for (const draw of Object.values(CARDS)) {
      const drawn = draw(sampleInventory(nothing));
      assert.match(textOf(drawn), /unknown \(not read yet\)/);
    }
    assert.equal(status(sampleInventory(nothing)).tone, 'unknown');
  });
});
