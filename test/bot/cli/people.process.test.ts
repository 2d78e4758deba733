import assert from 'node:assert/strict';
import { chmodSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type AuditRecord, queryAudit } from '#db/audit/query';
import { changeById } from '#db/ledger/change-rows';
import { systemRandom } from '#db/ledger/ledger';
import { bindAccount, personById, personOf, putPerson, redeemLinkCode } from '#db/ledger/people';
import { putRulesInForce } from '#db/ledger/rules-in-force';
import { castVote } from '#db/ledger/votes';
import { openDatabase } from '#db/open';
import type { Change } from '#policies/change/change';
import type { Person } from '#policies/person';
import { openStage } from '../../db/ledger/stage.ts';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { ruleFile } from '../../policies/decide/asked.ts';
import { ada, ivan, omar } from '../../policies/people.ts';
import { openShell } from './run-quorate.ts';

describe('quorate people, link-code, rules and key', () => {
  let shell: ReturnType<typeof openShell>;
  beforeEach(() => {
    shell = openShell();
  });
  afterEach(() => shell.close());

  const inLedger = <T>(
    look: (ledger: {
      db: ReturnType<typeof openDatabase>;
      now: () => number;
      random: typeof systemRandom;
    }) => T,
  ): T => {
    const db = openDatabase({ path: shell.ledger, migrations: 'ledger', now: Date.now });
    try {
      return look({ db, now: Date.now, random: systemRandom });
    } finally {
      db.close();
    }
  };
  const records = (): readonly AuditRecord[] => inLedger(({ db }) => queryAudit(db, { limit: 100 }));

  it('adds a person before the first start of the bot, in a folder that only its owner can read', async () => {
    const { out, code } = await shell.run(['people', 'add', 'ada', '--role', 'admin', '--name', 'Ada L.']);
    assert.match(out, /Ada L\. \(ada\) is admin/);
    assert.equal(code, 0);
    assert.equal(statSync(shell.state).mode & 0o077, 0);
    const ada = inLedger((ledger) => personById(ledger, 'ada'));
    assert.deepEqual(ada && [ada.name, ada.role], ['Ada L.', 'admin']);
  });

  it('changes of a person only what is said', async () => {
    await shell.run(['people', 'add', 'ada', '--role', 'admin', '--name', 'Ada L.']);
    inLedger((ledger) => {
      const ada = personById(ledger, 'ada');
      assert.ok(ada);
      putPerson(ledger, { ...ada, disabled: true, locale: 'es' }, { cli: 'test' });
    });
    await shell.run(['people', 'add', 'ada', '--role', 'viewer']);
    const ada = inLedger((ledger) => personById(ledger, 'ada'));
    assert.ok(ada);
    const { name, role, disabled, locale } = ada;
    assert.deepEqual(
      { name, role, disabled, locale },
      { name: 'Ada L.', role: 'viewer', disabled: true, locale: 'es' },
    );
  });

  for (const [what, args, words] of [
    ['a role that is none', ['people', 'add', 'ada', '--role', 'root'], /Not added: role should be/],
    [
      'an id that is none',
      ['people', 'add', 'Ada!', '--role', 'admin'],
      /Not added: id should be a name such as "ada"/,
    ],
    ['an empty name', ['people', 'add', 'ada', '--role', 'admin', '--name', ''], /Not added: name should be/],
  ] as const)
    it(`refuses ${what} with what was expected, and exits 1`, async () => {
      const { err, code } = await shell.run(args);
      assert.match(err, words);
      assert.doesNotMatch(err, /should be (Invalid|Too)/);
      assert.equal(code, 1);
      assert.equal(
        inLedger((ledger) => personById(ledger, 'ada')),
        undefined,
      );
    });

  it('binds a person to pools and guests of the one site there is, shows it, and takes it back', async () => {
    const bound = { pools: [{ site: 'home', pool: 'web' }], guests: [{ site: 'home', from: 101, to: 101 }] };
    const args = ['people', 'add', 'kim', '--role', 'viewer', '--pool', 'web', '--guest', 'home/101'];
    assert.match(
      (await shell.run(args)).out,
      /^kim \(kim\) is viewer, only pools home\/web, guests home\/101\n$/,
    );
    const scope = () => inLedger((ledger) => personById(ledger, 'kim'))?.scope;
    assert.deepEqual(scope(), bound);
    assert.match((await shell.run(['people', 'list'])).out, /kim {2}kim {2}viewer {2}only pools home\/web/);
    await shell.run(['people', 'role', 'kim', 'operator']);
    await shell.run(['people', 'add', 'kim', '--role', 'operator', '--name', 'Kim']);
    assert.deepEqual(scope(), bound, 'what is not said stays');
    await shell.run(['people', 'scope', 'kim', '--guest', '200-209']);
    assert.deepEqual(scope(), { pools: [], guests: [{ site: 'home', from: 200, to: 209 }] });
    assert.equal((await shell.run(['people', 'scope', 'kim', 'everything'])).code, 0);
    assert.equal(scope(), 'everything');
  });

  for (const [args, words] of [
    [['--guest', '99'], /No guest or range of guests: 99/],
    [['--guest', '300-200'], /No guest or range of guests/],
    [['--pool', ''], /No pool/],
    [['everything', '--pool', 'web'], /people scope PERSON/],
    [[], /people scope PERSON/],
  ] as const)
    it(`leaves a person as they are where ${JSON.stringify(args)} is no scope`, async () => {
      await shell.run(['people', 'add', 'kim', '--role', 'viewer', '--guest', '101']);
      const { err, code } = await shell.run(['people', 'scope', 'kim', ...args]);
      assert.match(err, words);
      assert.notEqual(code, 0);
      const scope = inLedger((ledger) => personById(ledger, 'kim'))?.scope;
      assert.deepEqual(scope, { pools: [], guests: [{ site: 'home', from: 101, to: 101 }] });
    });

  it('disables a person by id or by name, says what became of it, and gives access back', async () => {
    await shell.run(['people', 'add', 'ada', '--role', 'admin']);
    await shell.run(['people', 'add', 'omar', '--role', 'operator', '--name', 'Omar K.']);
    const { out, err, code } = await shell.run(['people', 'disable', 'omar k.']);
    assert.match(out, /^Omar K\. \(omar\) is operator and has no access.*people enable omar/);
    assert.deepEqual([err, code], ['', 0]);
    assert.equal(inLedger((ledger) => personById(ledger, 'omar'))?.disabled, true);
    assert.match((await shell.run(['people', 'enable', 'omar'])).out, /^Omar K\. \(omar\) is operator\n$/);
    assert.equal(inLedger((ledger) => personById(ledger, 'omar'))?.disabled, false);
    assert.deepEqual(
      records().map(({ kind }) => kind),
      ['person.changed', 'person.changed', 'person.added', 'person.added'],
    );
  });

  it('says what of a disabled person was withdrawn and voided, and what goes on', async () => {
    const stage = openStage([ada, ivan, omar]);
    try {
      const plan = (change: Change): Change => {
        const { id, action, target, params } = change;
        stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
        return changeById(stage.ledger, id) ?? change;
      };
      const agree = (change: Change, person: Person) =>
        castVote(stage.ledger, stage.authority, {
          change,
          person,
          plan: 'plan' in change.state ? change.state.plan : assert.fail(),
          actor: { person: person.id },
          typed: null,
        });
      const running = plan(stage.ask(omar));
      assert.ok(agree(running, ada).ok);
      assert.ok(agree(plan(stage.ask(omar)), ada).ok);
      stage.ask(ada, 102);
      shell.write(`site: home\nbot:\n  state: ${dirname(stage.path)}\n  rules: two-person\n`);
      const { out } = await shell.run(['people', 'disable', 'ada']);
      assert.match(out, /1 open request was withdrawn\.\n1 vote on an open change is void\./);
      assert.match(out, new RegExp(`Still running.*#${running.no}\n`));
    } finally {
      stage.close();
    }
  });

  for (const [what, args] of [
    ['disabled', ['people', 'disable', 'ada']],
    ['given a lower role', ['people', 'role', 'ada', 'viewer']],
    ['described with a lower role', ['people', 'add', 'ada', '--role', 'operator']],
  ] as const)
    it(`the last admin who is ${what} is, with a warning`, async () => {
      await shell.run(['people', 'add', 'ada', '--role', 'admin']);
      const { err, code } = await shell.run(args);
      assert.match(err, /No admin is left who has access/);
      assert.equal(code, 0);
    });

  it('lists people with their accounts and groups, and unlinks an account', async () => {
    assert.match((await shell.run(['people', 'list'])).out, /There is nobody yet/);
    await shell.run(['people', 'add', 'ada', '--role', 'admin', '--name', 'Ada L.']);
    await shell.run(['people', 'add', 'zoe', '--role', 'viewer']);
    await shell.run(['people', 'disable', 'zoe']);
    const account = { platform: 'telegram', tenant: '', id: '42' };
    const { id } = inLedger((ledger) => personById(ledger, 'ada')) ?? assert.fail();
    inLedger((ledger) => {
      bindAccount(ledger, id, account, { cli: 'test' });
      putRulesInForce(ledger, ruleFile([], { groups: { net: ['ada'] } }), { cli: 'test' });
    });
    const { out } = await shell.run(['people', 'list']);
    assert.equal(out, 'ada  Ada L.  admin [net]\n  telegram::42\nzoe  zoe  viewer  no access\n');
    const done = await shell.run(['people', 'unlink', 'telegram::42']);
    assert.match(done.out, /^telegram::42 is linked to nobody any more/);
    assert.equal(
      inLedger((ledger) => personOf(ledger, account)),
      undefined,
    );
    const [record] = records();
    assert.deepEqual([record?.kind, record?.facts['account']], ['account.unlinked', 'telegram::42']);
    const again = await shell.run(['people', 'unlink', 'telegram::42']);
    assert.match(again.err, /telegram::42 is linked to nobody/);
    assert.equal(again.code, 1);
  });

  it('a name that two people have is no answer to who is meant', async () => {
    await shell.run(['people', 'add', 'ada', '--role', 'admin', '--name', 'Ada']);
    await shell.run(['people', 'add', 'ada-2', '--role', 'viewer', '--name', 'ADA']);
    assert.match((await shell.run(['people', 'role', 'ada', 'operator'])).out, /\(ada\) is operator/);
    const { err, code } = await shell.run(['people', 'disable', 'aDa']);
    assert.match(err, /aDa is the name of ada, ada-2/);
    assert.equal(code, 1);
    assert.equal((await shell.run(['people', 'role', 'ada', 'root'])).code, 1);
    for (const args of [['fire', 'ada'], ['disable'], ['role', 'ada'], []])
      assert.equal((await shell.run(['people', ...args])).code, 2);
  });

  it('the actor is not read from the environment: the audit names the user of the operating system', () => {
    const lie = {
      USER: 'root-of-evil',
      LOGNAME: 'root-of-evil',
      USERNAME: 'root-of-evil',
      SUDO_USER: 'root-of-evil',
    };
    shell.runAlone(['people', 'add', 'ada', '--role', 'admin'], lie);
    shell.runAlone(['link-code', 'ada'], lie);
    assert.deepEqual(
      records().map(({ actor }) => actor),
      [{ cli: userInfo().username }, { cli: userInfo().username }],
    );
  });

  it('a link code is shown once, binds an account, and is in no record', async () => {
    await shell.run(['people', 'add', 'ada', '--role', 'admin']);
    const { out, code } = await shell.run(['link-code', 'ada']);
    const [, given = ''] = /^([a-z2-7]{16})\b.*for ada.*15 minutes.*\/link \1/.exec(out) ?? [];
    assert.equal(code, 0);
    assert.doesNotMatch(JSON.stringify(records()), new RegExp(given));
    const account = { platform: 'telegram', tenant: '', id: '1' };
    assert.equal(inLedger((ledger) => redeemLinkCode(ledger, given, account)).ok, true);
  });

  it('a link code for nobody says how to add somebody, and exits 1', async () => {
    const { err, code } = await shell.run(['link-code', 'nobody']);
    assert.match(err, /no person nobody.*people add/);
    assert.equal(code, 1);
  });

  it('rules explain says who must agree, or why not', async () => {
    await shell.run(['people', 'add', 'omar', '--role', 'operator']);
    const alone = await shell.run(['rules', 'explain', 'guest.stop', '101', '--as', 'omar']);
    assert.match(alone.out, /^no: Nobody could ever approve this: it needs 1 admin/);
    assert.equal(alone.code, 1);
    await shell.run(['people', 'add', 'ada', '--role', 'admin']);
    const asked = await shell.run(['rules', 'explain', 'guest.stop', '101', '--as', 'omar']);
    assert.match(asked.out, /needs 1 admin besides omar, within 30 minutes \(rules: high-risk\)/);
    assert.equal(asked.code, 0);
    const low = await shell.run(['rules', 'explain', 'guest.start', '101', '--as', 'omar']);
    assert.match(low.out, /yes, nobody else has to agree \(rules: low-risk\)/);
    const node = await shell.run(['rules', 'explain', 'node.service-restart', 'pve1', '--as', 'omar']);
    assert.match(node.out, /no: .*at least admin/);
    assert.match(
      (await shell.run(['rules', 'explain', 'guest.stop', '101', '--as', 'zoe'])).err,
      /no person zoe/,
    );
    for (const args of [
      ['guest.fly', '101'],
      ['guest.stop', 'pve1'],
      ['guest.stop', '99'],
    ])
      assert.equal((await shell.run(['rules', 'explain', ...args, '--as', 'omar'])).code, 2);
  });

  it('key prints the public key alone on standard output, the same each time, and refuses one that others can read', async () => {
    const first = await shell.run(['key']);
    assert.match(first.out, /^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END PUBLIC KEY-----\n$/);
    assert.equal((await shell.run(['key'])).out, first.out);
    chmodSync(`${shell.state}/bot-key.pem`, 0o640);
    const open = await shell.run(['key']);
    assert.match(open.err, /can be read by others.*chmod 600/);
    assert.equal(open.out, '');
    assert.equal(open.code, 1);
  });
});
