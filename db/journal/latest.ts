import { like } from 'drizzle-orm';
import type { Report } from '#policies/report';
import { immediate } from '../open.ts';
import { type Journal, tell } from './journal.ts';
import { outbox } from './schema.ts';

/**
 * Reports of which only the newest counts: earlier ones go, sent or not, so that neither a bot that is away for a week nor
 * the outbox's memory of what was sent makes the journal grow.
 */
export const tellLatest = (
  journal: Journal,
  report: Extract<Report, { report: 'hello' | 'inventory' | 'factors' | 'recipes' }>,
): void =>
  immediate(journal.db, () => {
    journal.db.orm
      .delete(outbox)
      .where(like(outbox.body, `{"report":"${report.report}"%`))
      .run();
    tell(journal, report);
  });
