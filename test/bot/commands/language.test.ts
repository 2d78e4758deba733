import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { groupOf } from '#bot/commands/help';
import { COMMANDS } from '#bot/commands/table';
import { dispatch } from '#bot/dispatch';
import type { Office } from '#bot/office';
import { queryAudit } from '#db/audit/query';
import { receive } from '#db/ledger/inbound';
import { bindAccount, personById } from '#db/ledger/people';
import { openStage, type Stage } from '../../db/ledger/stage.ts';
import { EVERYBODY, somebody, vera } from '../../policies/people.ts';
import { textOf } from '../chat-world.ts';

const kim = somebody('kim', 'viewer', { locale: '' });

describe('what somebody is answered', () => {
  let stage: Stage;
  let events = 0;
  beforeEach(() => {
    stage = openStage([...EVERYBODY, kim]);
    for (const { id } of [...EVERYBODY, kim])
      bindAccount(stage.ledger, id, { platform: 'test', tenant: '', id }, { cli: 'test' });
  });
  afterEach(() => stage.close());

  const ask = (who: string, text: string, locale: string | null = null): string => {
    const office: Office = {
      ledger: stage.ledger,
      authority: stage.authority,
      inventories: () => [],
      watching: [],
      locale: 'es',
    };
    const place = { platform: 'test', chat: who, private: true };
    const account = { platform: 'test', tenant: '', id: who };
    const does = { what: 'line', text, unseen: true } as const;
    const intent = { event: `e${++events}`, account, place, at: 0, locale, does, reply: '' };
    receive(stage.ledger, 'test', intent.event, JSON.stringify(intent));
    const card = dispatch(office, intent);
    return card ? textOf(card) : assert.fail('no answer');
  };

  it('is in the language they chose, from the answer to the choice on, and the choice is on record', () => {
    assert.match(ask('vera', '/language DE'), /^Ab jetzt antworte ich dir in dieser Sprache: Deutsch\./);
    assert.match(ask('vera', '/changes'), /^Letzte Änderungen/);
    assert.match(ask('vera', '/nonsense'), /^Es gibt keinen Befehl/);
    assert.equal(personById(stage.ledger, 'vera')?.locale, 'de');
    const [record] = queryAudit(stage.ledger.db, { limit: 20 }).filter(
      ({ kind }) => kind === 'person.changed',
    );
    assert.deepEqual(record?.actor, { person: 'vera', account: 'test::vera', chat: 'test:vera' });
    assert.deepEqual({ ...personById(stage.ledger, 'vera'), locale: 'en' }, vera, 'nothing else changes');
  });

  it('is, where they chose none, in that of their platform, and else in that of the chats', () => {
    assert.match(ask('kim', '/changes', 'fr-CA'), /^Derniers changements/);
    assert.match(ask('kim', '/changes', 'tlh'), /^Últimos cambios/);
    assert.match(ask('kim', '/changes'), /^Últimos cambios/);
    ask('kim', '/language it');
    assert.match(ask('kim', '/changes', 'fr-CA'), /^Ultime modifiche/);
    assert.match(ask('kim', '/language auto'), /lingua della tua app/);
    assert.match(ask('kim', '/changes', 'fr-CA'), /^Derniers changements/);
  });

  it('is a no to a language that is not spoken, with those that are', () => {
    for (const text of ['klingon', 'constructor', '__proto__', 'es-mx'])
      assert.match(ask('vera', `/language ${text}`), /should be a language such as/, text);
    assert.equal(personById(stage.ledger, 'vera')?.locale, 'en');
    assert.match(ask('vera', '/language'), /en English, es español[^]*de Deutsch, fr français/);
  });

  it('in /help names only what they may use, on one screen', () => {
    const [viewer, operator, admin] = [ask('vera', '/help'), ask('omar', '/help'), ask('ada', '/help')];
    assert.doesNotMatch(viewer, /\/(stop|approve|freeze|role|disable|settle|undo)\b/);
    assert.match(viewer, /\/status .*\/audit[^]*\/language/);
    assert.match(operator, /\/stop .*\/undo[^]*\/approve/);
    assert.doesNotMatch(operator, /\/(disable|settle|freeze)\b/);
    assert.match(admin, /\/freeze[^]*\/role/);
    for (const text of [viewer, operator, admin]) {
      assert.ok(text.length < 1500, `${text.length} characters`);
      assert.ok(text.split('\n').length <= 14);
    }
  });

  it('in /help COMMAND tells how it is typed, or for whom it is', () => {
    assert.match(ask('omar', '/help snapshot'), /\/snapshot ID NAME[^]*Example: \/snapshot 101/);
    assert.match(ask('omar', '/help /break-glass'), /\/break_glass CHANGE TARGET/);
    assert.match(ask('vera', '/help stop'), /You are viewer; this needs at least operator/);
    assert.match(ask('vera', '/help dance'), /no command \/dance/);
  });

  it('in /help of a viewer has approving where the rules could count on them', () => {
    const { rules } = stage.authority;
    const asking = rules.rules.find((rule) => 'need' in rule) ?? assert.fail('no rule asks for anybody');
    const net = { ...asking, id: 'net', need: [{ count: 1, group: 'net' }] };
    stage.rule({ ...rules, groups: { net: [vera.id] }, rules: [...rules.rules, net] });
    assert.match(ask('vera', '/help'), /\/approve/);
    assert.doesNotMatch(ask('kim', '/help', 'en'), /\/approve/);
  });

  it('in /help could be any command: each is in one of its groups', () => {
    assert.deepEqual(
      COMMANDS.filter((command) => groupOf(command) === undefined).map(({ name }) => name),
      [],
    );
  });
});
