import { z } from 'zod';
import { ActionName } from '../actions.ts';
import { ChangeId, PersonId } from '../ids.ts';
import { Json } from '../json.ts';
import { Target } from '../target.ts';
import { BrokenGlass } from './broken-glass.ts';
import { State } from './state.ts';

/**
 * A change as the ledger keeps it. `no` is the number people say ("/undo 42"), counted per ledger; `id` is unique
 * everywhere. `worker` is the address that holds its plan. Times in ms.
 */
export const Change = z.object({
  id: ChangeId,
  no: z.int(),
  version: z.int(),
  action: ActionName,
  target: Target,
  params: z.record(z.string(), Json),
  requester: PersonId,
  /** Where it was asked for: `platform` and the chat's id there. */
  chat: z.object({ platform: z.string(), id: z.string() }),
  worker: z.string(),
  rules: z.string(),
  undoes: ChangeId.nullable(),
  /** Why it was asked for, in the requester's words. */
  reason: z.string().nullable(),
  /** When it was asked to begin; null for as soon as it may. */
  runAt: z.int().nullable(),
  /** Each time it was started without the missing votes, for good. */
  glass: z.array(BrokenGlass).default([]),
  openedAt: z.int(),
  changedAt: z.int(),
  state: State,
});
export type Change = z.infer<typeof Change>;
