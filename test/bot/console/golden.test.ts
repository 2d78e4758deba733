import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { changeCard } from '#bot/cards/change';
import { whyCard } from '#bot/cards/why';
import { wordsOf } from '#bot/cards/words';
import type { Button, Card } from '#bot/chat/card';
import { roomOf } from '#bot/chat/chat';
import { sightOf } from '#bot/commands/sight';
import { COMMANDS } from '#bot/commands/table';
import { LIMITS } from '#bot/console/limits';
import { renderText } from '#bot/console/render';
import type { Office } from '#bot/office';
import { apply } from '#db/ledger/changes';
import type { StateName } from '#policies/change/state';
import { Account } from '#policies/person';
import { openStage, type Stage, twoPerson } from '../../db/ledger/stage.ts';
import { EVERYBODY, omar, vera } from '../../policies/people.ts';
import { hostChangeCards } from '../cards/host-change-cards.ts';
import { around, NOW, STATE_NAMES, sampleChange, sampleInventory, samplePlan } from '../cards/sample.ts';

const VERBS = ['approve', 'deny', 'details', 'withdraw', 'undo', 'plan-again'];

/** A card as the terminal shows it; buttons are numbered by their verb, so that a file never depends on another. */
const shown = (card: Card, locale: string): string => {
  const numberOf = ({ token }: Button): number => VERBS.indexOf(token) + 1;
  return `${renderText(card, { now: NOW, locale, numberOf }).join('\n')}\n`;
};

const viewIn = (state: StateName) => {
  const change = sampleChange(state);
  return {
    change,
    plan: 'plan' in change.state ? samplePlan : null,
    name: 'web-01',
    people: EVERYBODY,
    standIns: [],
    now: NOW,
    around,
  };
};

const cardIn = (state: StateName, locale: string): Card =>
  changeCard({
    words: wordsOf(locale),
    view: viewIn(state),
    room: roomOf(LIMITS),
    token: (verb) => verb,
    sha256: (text) => hash('sha256', text),
  });

const golden = (name: string): string => join(import.meta.dirname, `../../golden/console/${name}.txt`);
const PLAIN = { serializers: [String] };

describe('the terminal shows as recorded', () => {
  for (const state of STATE_NAMES)
    it(`a change that is ${state}`, (test) => {
      test.assert.fileSnapshot(shown(cardIn(state, 'en'), 'en'), golden(`change-${state}`), PLAIN);
    });

  it('a change that is waiting, in Spanish', (test) => {
    test.assert.fileSnapshot(shown(cardIn('awaiting', 'es'), 'es'), golden('change-awaiting.es'), PLAIN);
  });

  for (const [name, card] of Object.entries(hostChangeCards(LIMITS)))
    it(`the card "${name}"`, (test) => {
      test.assert.fileSnapshot(shown(card, name.endsWith('.es') ? 'es' : 'en'), golden(name), PLAIN);
    });

  for (const locale of ['en', 'es'])
    it(`a change that is wanted at a set time beside another, by somebody who asks often, in ${locale}`, (test) => {
      const view = viewIn('awaiting');
      const drawn = changeCard({
        words: wordsOf(locale),
        view: {
          ...view,
          change: { ...view.change, runAt: NOW + 8 * 3_600_000 },
          around: { clock: '2026-09-22 00:13 Europe/Berlin', others: [7, 9], asked: 6, numbers: new Map() },
        },
        room: roomOf(LIMITS),
        token: (verb) => verb,
        sha256: (text) => hash('sha256', text),
      });
      test.assert.fileSnapshot(shown(drawn, locale), golden(`change-at.${locale}`), PLAIN);
    });

  for (const state of ['awaiting', 'denied'] as const)
    it(`why a change is ${state}`, (test) => {
      const asked = { rules: twoPerson(), ids: ['high-risk'], refusal: null };
      const card = whyCard(wordsOf('en'), viewIn(state), { asked, since: null, mode: null, hint: [] });
      test.assert.fileSnapshot(shown(card, 'en'), golden(`why-${state}`), PLAIN);
    });
});

describe('the terminal answers as recorded to', () => {
  let stage: Stage;
  before(() => {
    stage = openStage();
    stage.skip(NOW - stage.ledger.now());
    const asked = stage.ask(omar);
    apply(stage.ledger, asked.id, { type: 'withdraw', by: omar.id }, { person: 'omar' });
    stage.ask(omar, 102, 'guest.start');
  });
  after(() => stage.close());

  const answer = (line: string, locale = 'en'): Card => {
    const [name = '', ...args] = line.split(' ');
    const command = COMMANDS.find((each) => each.name === name) ?? assert.fail(name);
    const office: Office = {
      ledger: stage.ledger,
      authority: stage.authority,
      inventories: () => [sampleInventory()],
      watching: [],
      locale,
    };
    const account = Account.parse({ platform: 'console', tenant: '', id: 'vera' });
    const place = { platform: 'console', chat: 'console', private: true };
    const asking = {
      office,
      person: vera,
      sight: sightOf(office, vera),
      account,
      place,
      unseen: true,
      actor: { person: 'vera' },
      words: wordsOf(locale),
      now: NOW,
    };
    const said = command.run(asking, args);
    return said.ok ? said.value : assert.fail(said.error.no);
  };

  for (const line of [
    'status',
    'guests',
    'guest 101',
    'guest 9000',
    'guest 104',
    'backups',
    'backups missing',
    'backups failed',
    'changes',
    'change 2',
    'audit',
    'audit #1',
    'why 2',
    'whoami',
    'help',
  ])
    it(`/${line}`, (test) => {
      // What is random in every ledger is named by what it is.
      const text = shown(answer(line), 'en').replaceAll(/\b[a-z2-7]{20}\b/g, 'ID');
      test.assert.fileSnapshot(text, golden(line.replaceAll(/[ #]+/g, '-')), PLAIN);
    });

  it('/status in Spanish', (test) => {
    test.assert.fileSnapshot(shown(answer('status', 'es'), 'es'), golden('status.es'), PLAIN);
  });
});
