import { z } from 'zod';
import { ChangeId } from './ids.ts';
import { Subsystem } from './subsystem.ts';

/** An undo of one change; or of what was done to a part of a node since a moment (ms), which `to` names by the clocks of people. */
export const UndoArgs = z.union([
  z.strictObject({ of: ChangeId, no: z.int() }),
  z.strictObject({ subsystem: Subsystem, since: z.int().min(0), to: z.string() }),
]);
