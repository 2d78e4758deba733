import { note, tell } from '#db/journal/journal';
import { acceptOnce } from '#db/queue/inbox';
import type { Envelope } from '#db/queue/queue';
import { CodeJob } from '#policies/job';
import { readWith } from '#policies/read-with';
import type { CodeUse } from '#policies/second-factor';
import { readCodeUse } from '../guard/ticket.ts';
import type { Worker } from '../jobs/worker.ts';
import { judgeCode } from './judge-code.ts';

const judge = ({ journal }: Worker, use: CodeUse): void => {
  const { person } = use;
  const verdict = judgeCode(journal, use);
  const facts = { person, use: use.use, verdict };
  if (use.use === 'spoil') return void note(journal, { kind: 'code.judged', facts });
  const { change, plan, nonce } = use;
  note(journal, { kind: 'code.judged', change, facts: { ...facts, plan } });
  tell(journal, { report: 'code', change, plan, person, nonce, verdict });
};

/**
 * Deals with a message that brings a code, in the transaction that takes it in: no code is ever written down here. False for
 * any other message.
 */
export const takeCode = (worker: Worker, envelope: Envelope): boolean => {
  const { journal, guard } = worker;
  const message = readWith(CodeJob, envelope.body);
  if (!message.success) return false;
  acceptOnce(journal.db, envelope, () => {
    const expected = { worker: journal.address, now: journal.now() };
    const use = readCodeUse(guard.botKey, message.data.sealed, expected);
    if (use) return judge(worker, use);
    const facts = { message: envelope.id, why: 'not a code of the bot' };
    note(journal, { kind: 'job.refused', facts });
  });
  worker.wake();
  return true;
};
