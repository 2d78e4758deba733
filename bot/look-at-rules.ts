import type { Logger } from 'pino';
import { takeRules } from '#db/ledger/take-rules';
import { type Repeating, repeat } from './delivery/repeat.ts';
import type { Office } from './office.ts';
import type { RulesLook } from './rules-file.ts';
import { watchingNow } from './watching.ts';

type Looking = { readonly rules: RulesLook; readonly log: Logger };

/** Takes what the rule file says, where it was edited; one that cannot be read stands in the log as well. */
export const lookAtRules = (office: Office, { rules, log }: Looking): void => {
  const read = rules();
  if (read === null) return;
  if (!read.ok) log.warn({ complaints: read.error }, 'the rule file cannot be read; the rules in force stay');
  takeRules(office.ledger, read, watchingNow(office));
};

/** Looks again with each beat; a look that breaks is told, and what was in force stays. */
export const keepLooking = (
  office: Office,
  looking: Looking,
  pace: Parameters<typeof repeat>[1],
): Repeating => repeat(() => Promise.resolve().then(() => lookAtRules(office, looking)), pace);
