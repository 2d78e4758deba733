import type { Authority } from './authority.ts';
import { changesIn } from './change-rows.ts';
import { apply } from './changes.ts';
import type { Ledger } from './ledger.ts';
import { startWhenAgreed } from './start.ts';
import { allWorkers } from './workers.ts';

/** A worker that says nothing for so long is silent (ms); its inventory comes every 15 s. */
export const SILENT_AFTER = 3 * 60_000;

const SYSTEM = { system: 'ledger' } as const;

/** What time alone brings about: expiry, starts that waited, and runs whose worker fell silent. */
export const tick = (ledger: Ledger, authority: Authority): void => {
  const at = ledger.now();
  for (const change of changesIn(ledger, ['planning', 'awaiting', 'approved']))
    apply(ledger, change.id, { type: 'tick', at }, SYSTEM);
  for (const change of changesIn(ledger, ['approved'])) startWhenAgreed(ledger, authority, change.id);
  const silent = allWorkers(ledger).filter((worker) => at - worker.seenAt > SILENT_AFTER);
  // A worker that was silent before it began may still be heard of.
  for (const change of changesIn(ledger, ['running']))
    if (at - change.changedAt > SILENT_AFTER && silent.some(({ address }) => address === change.worker))
      apply(ledger, change.id, { type: 'lose', why: 'worker-silent', at }, SYSTEM);
};
