import type { Change } from '#policies/change/change';
import { forgetOver } from '../queue/outbox.ts';
import type { Authority } from './authority.ts';
import { changesIn } from './change-rows.ts';
import { apply } from './changes.ts';
import { giveUpCodes } from './codes.ts';
import type { Ledger } from './ledger.ts';
import { planOwn } from './own/plan-own.ts';
import { startWhenAgreed } from './start.ts';
import { allWorkers } from './workers.ts';

/** A worker that says nothing for so long is silent (ms); its inventory comes every 15 s. */
export const SILENT_AFTER = 3 * 60_000;

/** A worker may go with the node that it reboots, and says nothing until that is up again (ms). */
export const SILENT_WHILE_REBOOTING = 25 * 60_000;

const SYSTEM = { system: 'ledger' } as const;

/** Whoever runs a change, or waits for the word that it is kept, has as long to be heard of since it was handed over: the bot itself may have been away before. */
const isSilent = ({ action, state }: Change, seenAt: number | undefined, at: number): boolean => {
  if (seenAt === undefined) return false;
  if (state.state === 'confirming') return at - Math.max(seenAt, state.until) > SILENT_AFTER;
  const most = action === 'node.reboot' ? SILENT_WHILE_REBOOTING : SILENT_AFTER;
  return state.state === 'running' && at - Math.max(seenAt, state.since) > most;
};

/** What time alone brings about: expiry, plans of Quorate's own that must be made again, starts that waited, and runs whose worker fell silent. */
export const tick = (ledger: Ledger, authority: Authority): void => {
  const at = ledger.now();
  forgetOver(ledger.db, at);
  giveUpCodes(ledger);
  for (const change of changesIn(ledger, ['planning', 'awaiting', 'approved']))
    apply(ledger, change.id, { type: 'tick', at }, SYSTEM);
  for (const change of changesIn(ledger, ['planning'])) planOwn(ledger, authority, change.id);
  for (const change of changesIn(ledger, ['approved'])) startWhenAgreed(ledger, authority, change.id);
  const seen = new Map(allWorkers(ledger).map(({ address, seenAt }) => [address, seenAt]));
  for (const change of changesIn(ledger, ['running', 'confirming']))
    if (isSilent(change, seen.get(change.worker), at))
      apply(ledger, change.id, { type: 'lose', why: 'worker-silent', at }, SYSTEM);
};
