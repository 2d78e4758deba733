import { z } from 'zod';
import { Need } from '../change/vote.ts';
import { Role } from '../person.ts';

/** Why the rules do not let something happen. */
export const DecisionRefusal = z.discriminatedUnion('no', [
  z.object({ no: z.literal('role-too-low'), role: Role, needs: Role }),
  /** Whoever asked was switched off since. */
  z.object({ no: z.literal('requester-disabled') }),
  z.object({ no: z.literal('no-rule') }),
  z.object({ no: z.literal('denied'), rule: z.string(), text: z.string() }),
  z.object({ no: z.literal('fact-unknown'), rule: z.string() }),
  /** The needs can never be met by the people there are, without the requester. */
  z.object({ no: z.literal('impossible-quorum'), needs: z.array(Need) }),
  /** So many plans in a row no longer fitted the host when they were to run. */
  z.object({ no: z.literal('keeps-drifting'), times: z.int() }),
]);
export type DecisionRefusal = z.infer<typeof DecisionRefusal>;
