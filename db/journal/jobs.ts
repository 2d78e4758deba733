import { asc, eq, sql } from 'drizzle-orm';
import { Job } from '#policies/job';
import { readWith } from '#policies/read-with';
import { once } from '../once.ts';
import { acceptOnce } from '../queue/inbox.ts';
import type { Envelope } from '../queue/queue.ts';
import { type Journal, note } from './journal.ts';
import { jobs } from './schema.ts';

/** A job that was accepted; `id` is the message's. */
export type Accepted = { readonly id: string; readonly job: Job };

const insert = once((orm) =>
  orm
    .insert(jobs)
    .values({ id: sql.placeholder('id'), job: sql.placeholder('job'), at: sql.placeholder('at') })
    .prepare(),
);

/**
 * Takes a message in for good, once; undefined where it was here before. What is no job is put on record and dropped:
 * delivering it again would not make it one.
 */
export const acceptJob = (journal: Journal, envelope: Envelope): Accepted | undefined => {
  const { id } = envelope;
  const job = readWith(Job, envelope.body);
  const fresh = acceptOnce(journal.db, envelope, () => {
    if (job.success) insert(journal.db).run({ id, job: JSON.stringify(job.data), at: journal.now() });
    else note(journal, { kind: 'job.refused', facts: { message: id, why: 'not a job' } });
  });
  return fresh && job.success ? { id, job: job.data } : undefined;
};

/** Jobs that were accepted and not dealt with, oldest first. */
export const openJobs = ({ db }: Journal): readonly Accepted[] =>
  db.orm
    .select()
    .from(jobs)
    .orderBy(asc(jobs.at), asc(jobs.id))
    .all()
    .map(({ id, job }) => ({ id, job: Job.parse(JSON.parse(job)) }));

/** The job is dealt with. Inside the transaction of what it led to, so that it is not done again after a restart. */
export const settle = ({ db }: Journal, id: string): void => {
  db.orm.delete(jobs).where(eq(jobs.id, id)).run();
};
