import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changeByNo } from '#db/ledger/change-rows';
import { rulesNow } from '#db/ledger/rules-in-force';
import { waitingRules } from '#db/ledger/rules-seen';
import { SCRATCH } from '#test/fixture/scratch';
import { openRoom, until } from './room.ts';

const preset = (name: string): string =>
  readFileSync(new URL(`../../policies/rules/presets/${name}.yaml`, import.meta.url), 'utf8');

const TWO_PERSON = preset('two-person');
/** Whoever asks for a stop needs nobody any more. */
const LOOSER = TWO_PERSON.replace(
  'need: [{ count: 1, role: admin }]\n    expires: 30m',
  'need: []\n    expires: 30m',
);
const TIGHTER = TWO_PERSON.replace(
  'need: [{ count: 1, role: admin }]\n    expires: 30m',
  'need: [{ count: 2, role: admin }]\n    expires: 30m',
);
const COMMENTED = `# only a word about it\n${TWO_PERSON}`;

describe('an edited rule file', () => {
  let folder: string;
  let file: string;
  let room: Awaited<ReturnType<typeof openRoom>>;
  beforeEach(() => {
    folder = mkdtempSync(join(SCRATCH, 'quorate-rules-'));
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
  const open = async (text: string | null = TWO_PERSON) => {
    if (text !== null) edit(text);
    room = await openRoom({ rulesFile: file });
  };
  const inForce = () => rulesNow(room.ledger)?.digest;
  const kinds = () => room.audit().map(({ kind }) => kind);
  const rulesCards = () => room.telegram.messages(room.group).filter(({ text }) => text.startsWith('📜'));
  const settled = () => new Promise((resolve) => setTimeout(resolve, 150)); // several beats
  const stateOf = (no: number) => changeByNo(room.ledger, no)?.state.state;
  const isRequested = async () => {
    room.say('ada', '/rules apply');
    await room.cardSays(1, /waiting for approval/);
  };
  const waiting = async (text = LOOSER) => {
    edit(text);
    await room.announced(/NOT in force/);
  };

  it('(a) that means the same changes nothing, and nobody is told', async () => {
    await open();
    const before = inForce();
    edit(COMMENTED);
    await settled();
    assert.equal(inForce(), before);
    assert.equal(rulesCards().length, 0);
    assert.equal(kinds().filter((kind) => kind === 'rules.in-force').length, 1);
  });

  it('(b) that is tighter is in force at once, on record, and announced with its effect in words', async () => {
    await open();
    const before = inForce();
    edit(TIGHTER);
    const card = await room.announced(/edited and are in force/);
    assert.match(card.text, /guest\.stop.*by an operator: 1 admin -> 2 admins \(tighter\)/);
    assert.notEqual(inForce(), before);
    assert.equal(kinds().filter((kind) => kind === 'rules.in-force').length, 2);
    assert.match(await room.ask('omar', '/stop 101'), /Change #1/);
    await room.cardSays(1, /0\/2/);
  });

  it('(c) that loosens anything is not in force until enough people agreed to its whole effect', async () => {
    await open();
    const before = inForce();
    await waiting();
    assert.equal(inForce(), before);
    const after = waitingRules(room.ledger);
    assert.ok(after && before);
    const told = rulesCards()[0]?.text ?? '';
    assert.match(told, /guest\.stop.*by an operator: 1 admin -> nobody \(looser\)/);
    assert.match(told, /\/rules apply/);
    await isRequested();
    const card = room.card(1)?.text ?? '';
    assert.ok(card.includes(`-rules ${before}`) && card.includes(`+rules ${after}`));
    assert.match(card, /guest\.stop.*1 admin -> nobody/);
    await room.press('ivan', 1, 'Approve');
    await room.cardSays(1, /1\/2/);
    assert.equal(inForce(), before);
    await room.press('omar', 1, 'Approve');
    await room.cardSays(1, /succeeded|done/i);
    assert.equal(inForce(), after);
    assert.equal(room.worker.jobs.length, 0);
    room.say('omar', '/stop 101');
    await until('a stop that needs nobody', () => room.worker.jobs.some(({ job }) => job === 'run'));
  });

  it('loosening the rules by the person they bind is not possible', async () => {
    await open();
    const before = inForce();
    await waiting();
    assert.match(await room.ask('omar', '/rules apply'), /You are operator/);
    await isRequested();
    assert.match(await room.press('ada', 1, 'Approve'), /your vote does not count/);
    await room.press('ivan', 1, 'Approve');
    assert.match(await room.press('ivan', 1, 'Approve'), /already/i);
    await settled();
    assert.equal(stateOf(1), 'awaiting');
    assert.equal(inForce(), before);
    assert.match(await room.ask('omar', '/stop 101'), /Change #2/);
    await room.cardSays(2, /0\/1/);
  });

  it('an effect that fills more than a message goes along as a file, and can be agreed to', async () => {
    const pools = (need: (no: number) => string) =>
      Array.from(
        { length: 12 },
        (_, no) => `  - { id: p${no}, match: { pool: [p${no}] }, need: ${need(no)} }\n`,
      );
    await open(TWO_PERSON + pools((no) => `[{ count: ${no + 2}, role: admin }]`).join(''));
    await waiting(TWO_PERSON + pools(() => '[]').join(''));
    await isRequested();
    const files = room.telegram.messages(room.group).filter(({ document }) => document);
    assert.deepEqual(files.length > 0, true);
    await room.press('ivan', 1, 'Approve');
    await room.press('omar', 1, 'Approve');
    await room.cardSays(1, /done/);
  });

  it('rules that would have let themselves in do not: those in force decide', async () => {
    await open();
    const before = inForce();
    await waiting(TWO_PERSON.replaceAll(/need: \[\{.*\}\]/g, 'need: []'));
    await isRequested();
    await settled();
    assert.equal(stateOf(1), 'awaiting');
    assert.equal(inForce(), before);
  });

  it('what comes into force is what was agreed to, whatever the file says by then', async () => {
    await open();
    const before = inForce();
    await waiting();
    await isRequested();
    await room.press('ivan', 1, 'Approve');
    edit(LOOSER.replace('need: [{ count: 1, role: operator }]', 'need: []'));
    await room.cardSays(1, /file says something else/);
    assert.equal(stateOf(1), 'refused');
    assert.equal(inForce(), before);
  });

  it('that loosens anything is announced once, also over a restart', async () => {
    await open();
    await waiting();
    await room.restart();
    await settled();
    assert.equal(rulesCards().length, 1);
    assert.match(await room.ask('vera', '/rules'), /Edited rules [0-9a-f]{12} wait/);
  });

  it('(d) that is broken changes nothing, blocks nothing, and people are told once where it is wrong', async () => {
    await open();
    const before = inForce();
    edit(`${TWO_PERSON}  - { id: x, match: { action: [guest.fly] }, need: [] }\n`);
    const card = await room.announced(/cannot be read/);
    assert.match(card.text, /rules\.4\.match\.action\.0/);
    assert.match(card.text, /line 23/);
    await room.restart();
    await settled();
    assert.equal(rulesCards().length, 1);
    assert.equal(inForce(), before);
    room.say('omar', '/stop 101');
    await room.press('ada', 1, 'Approve');
    await until('what the rules allow', () => room.worker.jobs.some(({ job }) => job === 'run'));
    edit(TWO_PERSON);
    await room.announced(/says again what is in force/);
  });

  it('(d) that is gone is a broken one', async () => {
    await open();
    const before = inForce();
    rmSync(file);
    await room.announced(/cannot be read[^]*a readable file/);
    assert.equal(inForce(), before);
  });

  it('(e) that was never there makes everything read-only, and the first good one is in force at once', async () => {
    await open(null);
    assert.match(await room.ask('vera', '/status'), /No rules could ever be read/);
    assert.match(await room.ask('ada', '/stop 101'), /read.only/i);
    assert.match(await room.ask('ada', '/rules'), /built-in rules/);
    edit(TWO_PERSON);
    await room.announced(/first rules that could be read/);
    assert.doesNotMatch(await room.ask('vera', '/status'), /No rules could ever be read/);
    assert.match(await room.ask('omar', '/stop 101'), /Change #1/);
    await waiting();
  });

  it('/rules tells everybody what holds, since when and by whom, one line a rule', async () => {
    await open(`${TWO_PERSON}mode: production\n`);
    const card = await room.ask('vera', '/rules');
    assert.match(card, new RegExp(`Rules ${inForce()?.slice(0, 12)}, in force since .*, by system bot`));
    assert.match(card, /Mode: production/);
    assert.match(card, /high-risk: risk high -> agreed to by 1 admin, asked by an operator at least/);
    assert.match(await room.ask('ada', '/rules apply'), /in force already/);
  });
});
