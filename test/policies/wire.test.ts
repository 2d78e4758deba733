import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { z } from 'zod';
import { CodeJob, Job } from '#policies/job';
import { AnyPlan } from '#policies/own-plan';
import { OwnRefusal } from '#policies/own-refusal';
import { Account, Person } from '#policies/person';
import { Report, SealedReport } from '#policies/report';
import { CodeUse } from '#policies/second-factor';
import { Choice, SignedTicket, Ticket, Verdict } from '#policies/ticket';

/** What crosses between processes, is signed, or lies in a database for years. */
const WRITTEN = {
  job: Job,
  'code-job': CodeJob,
  report: Report,
  'sealed-report': SealedReport,
  plan: AnyPlan,
  ticket: Ticket,
  verdict: Verdict,
  choice: Choice,
  'signed-ticket': SignedTicket,
  'code-use': CodeUse,
  person: Person,
  account: Account,
  'own-refusal': OwnRefusal,
};

const PLAIN = { serializers: [(value: unknown) => `${JSON.stringify(value, null, 1)}\n`] };

/**
 * Where one of these files has to change, a worker of another version may be asked, a plan that waits be read, or a signature be
 * checked that was made before: see that each still can be.
 */
describe('What bots and workers of different versions read of each other', () => {
  for (const [name, schema] of Object.entries(WRITTEN))
    it(`is a ${name} as it is written down`, (test: TestContext) => {
      const path = join(import.meta.dirname, `../golden/policies/${name}.json`);
      test.assert.fileSnapshot(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), path, PLAIN);
    });
});
