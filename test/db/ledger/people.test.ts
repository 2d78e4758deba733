import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type Ledger, systemRandom } from '#db/ledger/ledger';
import { LINK_CODE_VALID, makeLinkCode, personOf, putPerson, redeemLinkCode } from '#db/ledger/people';
import { openDatabase } from '#db/open';
import { type Account, Person } from '#policies/person';
import { SCRATCH } from '#test/fixture/scratch';

const ada = Person.parse({
  id: 'ada',
  name: 'Ada',
  role: 'admin',
  groups: [],
  locale: 'en',
  disabled: false,
});
const account: Account = { platform: 'telegram', tenant: '', id: '42' };

describe('people', () => {
  let folder: string;
  let ledger: Ledger;
  let now: number;
  beforeEach(() => {
    folder = mkdtempSync(join(SCRATCH, 'quorate-'));
    now = 1_000;
    const clock = (): number => now;
    ledger = {
      db: openDatabase({ path: join(folder, 'ledger.sqlite'), migrations: 'ledger', now: clock }),
      now: clock,
      random: systemRandom,
    };
    putPerson(ledger, ada, { cli: 'test' });
  });
  afterEach(() => {
    ledger.db.close();
    rmSync(folder, { recursive: true });
  });

  it('a link code binds exactly the account that typed it', () => {
    const code = makeLinkCode(ledger, ada.id, { cli: 'test' });
    assert.equal(redeemLinkCode(ledger, code, account).ok, true);
    assert.equal(personOf(ledger, account)?.id, 'ada');
    assert.equal(personOf(ledger, { ...account, id: '43' }), undefined);
  });

  it('a link code works once', () => {
    const code = makeLinkCode(ledger, ada.id, { cli: 'test' });
    redeemLinkCode(ledger, code, account);
    assert.deepEqual(redeemLinkCode(ledger, code, { ...account, id: '43' }), {
      ok: false,
      error: { no: 'link-code' },
    });
  });

  it('a link code is worth nothing at the millisecond it expires', () => {
    const code = makeLinkCode(ledger, ada.id, { cli: 'test' });
    now += LINK_CODE_VALID;
    assert.deepEqual(redeemLinkCode(ledger, code, account), { ok: false, error: { no: 'link-code' } });
  });

  it('a linked account cannot be bound to somebody else', () => {
    redeemLinkCode(ledger, makeLinkCode(ledger, ada.id, { cli: 'test' }), account);
    const second = redeemLinkCode(ledger, makeLinkCode(ledger, ada.id, { cli: 'test' }), account);
    assert.deepEqual(second, { ok: false, error: { no: 'account-taken' } });
  });
});
