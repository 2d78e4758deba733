import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { modesNow } from '#db/ledger/called-modes';
import { changeByNo } from '#db/ledger/change-rows';
import { rulesNow } from '#db/ledger/rules-in-force';
import { SCRATCH } from '#test/fixture/scratch';
import { openRoom, until } from './room.ts';

const RULES = (mode: string, more = ''): string => `version: 1
mode: ${mode}
rules:
  - { id: some, match: { risk: [low, medium, high] }, need: [{ count: 1, role: admin }] }
  - { id: most, match: { risk: [critical] }, who: { role: admin }, need: [{ count: 1, role: admin }] }
${more}`;

describe('/mode', () => {
  let folder: string;
  let file: string;
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(() => {
    folder = mkdtempSync(join(SCRATCH, 'quorate-mode-'));
    file = join(folder, 'rules.yaml');
  });
  afterEach(async () => {
    await room.close();
    rmSync(folder, { recursive: true });
  });
  const edit = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  const open = async (text = RULES('standard')) => {
    edit(text);
    room = await openRoom({ rulesFile: file });
  };
  const stateOf = (no: number) => changeByNo(room.ledger, no)?.state.state;
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run').length;
  const readOnly = (site = '') => room.ask('ada', `/mode read_only ${site} reason="storage is broken"`);
  const said = (text: RegExp) =>
    until('the announcement', () => room.telegram.messages(room.group).some((one) => text.test(one.text)));

  it('read_only holds at once, is told everybody, shown, on record, and stops also what was agreed to', async () => {
    await open();
    room.say('omar', '/stop 101');
    await room.cardSays(1, /waiting for approval/);
    assert.match(await readOnly(), /Mode read_only: everything\. It holds at once/);
    await said(/ada set the mode read_only: everything. It holds at once: storage is broken/);
    assert.match(
      await room.ask('vera', '/status'),
      /everything|home: read_only, set by ada .*: storage is broken/,
    );
    assert.match(await room.ask('vera', '/mode'), /home: read_only, set by ada/);
    assert.match(await room.ask('vera', '/why 1'), /home: read_only, set by ada/);
    assert.match(await room.ask('omar', '/start 102'), /read-only/);
    await room.press('ada', 1, 'Approve');
    await until('the end', () => stateOf(1) === 'refused');
    assert.equal(runs(), 0);
    assert.ok(room.audit().some(({ kind }) => kind === 'mode.set'));
  });

  it('back to standard is a change of the rules, which others agree to, and whoever set it does not', async () => {
    await open();
    await readOnly('home');
    room.say('ada', '/mode standard home');
    await room.cardSays(1, /waiting for approval/);
    await room.cardSays(1, /set in chat: read_only[^]*set in chat: standard/);
    assert.match(await room.press('ada', 1, 'Approve'), /You asked for this, so your vote does not count/);
    assert.equal(modesNow(room.ledger).length, 1);
    await room.press('ivan', 1, 'Approve');
    await until('the end', () => stateOf(1) === 'succeeded');
    assert.deepEqual(modesNow(room.ledger), []);
    room.say('omar', '/stop 101');
    await room.cardSays(2, /waiting for approval/);
  });

  it('that was agreed to is planned anew where the mode was changed meanwhile', async () => {
    await open();
    await room.ask('ada', '/mode production reason="an audit"');
    room.say('ada', '/mode standard');
    await room.cardSays(1, /waiting for approval/);
    assert.match(await room.ask('ivan', '/mode read_only home reason="no"'), /Mode read_only: home/);
    await room.press('ivan', 1, 'Approve');
    assert.notEqual(stateOf(1), 'succeeded');
    assert.deepEqual(
      modesNow(room.ledger)
        .map(({ mode }) => mode)
        .sort(),
      ['production', 'read_only'],
    );
  });

  it('is never looser than the file says, or than everything is', async () => {
    await open(RULES('production'));
    assert.match(await room.ask('ada', '/mode standard'), /The rule file says production/);
    assert.match(await room.ask('ada', '/mode production'), /The mode is production already/);
    await readOnly();
    assert.match(await room.ask('ada', '/mode production home'), /The mode of everything is read_only/);
  });

  it('is set by admins, with a reason, for a site there is', async () => {
    await open();
    assert.match(await room.ask('omar', '/mode read_only reason="x"'), /You are operator/);
    assert.match(await room.ask('ada', '/mode read_only'), /a reason is missing/);
    assert.match(
      await room.ask('ada', '/mode read_only farm reason="x"'),
      /There is no site farm. There are: home/,
    );
    const careless = await room.ask('ada', '/mode careless reason="x"');
    assert.match(careless, /mode.*read_only, production or standard/);
    assert.doesNotMatch(careless, /site-mode/);
    assert.match(await room.ask('ada', '/mode standard'), /The mode is standard already/);
    assert.deepEqual(modesNow(room.ledger), []);
  });

  it('that nobody could turn back is not set', async () => {
    await open(
      RULES('standard', '  - { id: never, match: { action: [rules.change] }, deny: by root alone }\n'),
    );
    assert.match(await readOnly(), /Nobody could turn that back/);
    assert.deepEqual(modesNow(room.ledger), []);
  });

  for (const mode of ['read_only', 'production'])
    it(`a file that says ${mode} and names no change of the rules can be left, by an admin and another besides whoever asks`, async () => {
      await open(RULES(mode));
      const before = rulesNow(room.ledger)?.digest;
      edit(RULES('standard'));
      await room.announced(/NOT in force/);
      room.say('ada', '/rules apply reason="repaired"');
      await room.cardSays(1, /waiting for approval/);
      room.say('ada', '/approve 1 rules');
      await room.told('ada', /You asked for this, so your vote does not count/);
      room.say('ivan', '/approve 1 rules');
      await room.cardSays(1, /ivan/);
      assert.equal(rulesNow(room.ledger)?.digest, before);
      room.say('omar', '/approve 1 rules');
      await until('the end', () => stateOf(1) === 'succeeded');
      assert.equal(rulesNow(room.ledger)?.rules.mode, 'standard');
    });
});
