import { generateKeyPairSync } from 'node:crypto';
import { openAuthority } from '#db/ledger/authority';
import { changeByNo } from '#db/ledger/change-rows';
import type { Ledger } from '#db/ledger/ledger';
import { systemRandom } from '#db/ledger/ledger';
import { personById } from '#db/ledger/people';
import { castVote } from '#db/ledger/votes';
import { openDatabase } from '#db/open';

/** Casts one person's vote on change 1 and is killed at a given look at the clock, somewhere between the vote and the effect. */
const [, , path = '', who = '', at = '0', time = '0'] = process.argv;
let looks = 0;
let armed = false;
const now = (): number => {
  if (armed && ++looks === Number(at)) process.kill(process.pid, 'SIGKILL');
  return Number(time);
};
const ledger: Ledger = { db: openDatabase({ path, migrations: 'ledger', now }), now, random: systemRandom };
const authority = openAuthority(ledger, generateKeyPairSync('ed25519').privateKey);
const [change, person] = [changeByNo(ledger, 1), personById(ledger, who)];
if (!change || !person || !('plan' in change.state)) throw new Error('nothing to vote on');
armed = true;
const { plan } = change.state;
castVote(ledger, authority, { change, person, plan, actor: { person: person.id }, typed: null });
ledger.db.close();
