import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { enrolledPeople, factorOf } from '#db/journal/factors';
import { PersonId } from '#policies/ids';
import { tempJournal } from '#test/db/journal/sample';
import { runFactorCommand } from '#worker/second-factor/console';
import { codeAt, wrongCodeAt } from './authenticator.ts';

const ada = PersonId.parse('ada');

describe('On the console of the node', () => {
  let temp: ReturnType<typeof tempJournal>;
  beforeEach(() => {
    temp = tempJournal();
  });
  afterEach(() => temp.close());

  /** Runs a command; `answer` gives what is typed to each question, from all that was printed so far. */
  const run = async (args: string[], answer: (printed: string) => string | null = () => null) => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    let printed = '';
    output.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (!printed.endsWith('now:\n')) return;
      const typed = answer(printed);
      if (typed === null) input.end();
      else input.write(`${typed}\n`);
    });
    const code = await runFactorCommand({ journal: temp.journal, input, output }, args);
    return { code, printed };
  };
  const secretIn = (printed: string): string => /by hand: ([A-Z2-7]{32})/.exec(printed)?.[1] ?? '';
  const enroll = () => run(['enroll', 'ada'], (printed) => codeAt(secretIn(printed), Date.now()));
  const audit = (): string =>
    temp.journal.db.sqlite.prepare<[], string>('SELECT line FROM audit').pluck().all().join('\n');

  it('somebody is enrolled who shows that their app has the secret, and the proving code is used up', async () => {
    const { code, printed } = await enroll();
    assert.equal(code, 0);
    assert.match(printed, /otpauth:\/\/totp\/Quorate%20node\.home\.pve1:ada\?/);
    const factor = factorOf(temp.journal, ada);
    assert.equal(factor?.secret, secretIn(printed));
    assert.ok(Math.abs((factor?.lastStep ?? 0) - Math.floor(Date.now() / 30_000)) <= 1);
    assert.match(audit(), /factor\.enrolled/);
    assert.ok(!audit().includes(secretIn(printed)));
  });

  it('nobody is enrolled by wrong codes, nor by none', async () => {
    const never = await run(['enroll', 'ada'], (printed) => wrongCodeAt(secretIn(printed), Date.now()));
    assert.equal(never.code, 1);
    assert.equal(never.printed.split('That is not it').length, 3);
    assert.equal((await run(['enroll', 'ada'])).code, 1);
    assert.deepEqual(enrolledPeople(temp.journal), []);
  });

  it('a second factor is not put in the place of another, but removed first', async () => {
    await enroll();
    const first = factorOf(temp.journal, ada)?.secret;
    assert.equal((await enroll()).code, 1);
    assert.equal(factorOf(temp.journal, ada)?.secret, first);
    const list = await run(['list']);
    assert.deepEqual(list, { code: 0, printed: 'ada\n' });
    assert.equal((await run(['remove', 'ada'])).code, 0);
    assert.equal((await run(['remove', 'ada'])).code, 1);
    assert.match(audit(), /factor\.removed/);
    assert.equal((await enroll()).code, 0);
  });

  it('what is no command is told how it is typed', async () => {
    for (const args of [
      [],
      ['enroll'],
      ['enroll', 'ada', 'x'],
      ['list', 'ada'],
      ['show', 'ada'],
      ['toString', 'ada'],
    ])
      assert.equal((await run(args)).code, 2, args.join(' '));
    assert.equal((await run(['enroll', 'Ada!'])).code, 1);
  });
});
