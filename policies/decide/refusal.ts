import { z } from 'zod';
import { ActionName } from '../actions.ts';
import { Need } from '../change/vote.ts';
import { Role } from '../person.ts';

/** Why the rules do not let something happen. */
export const DecisionRefusal = z.discriminatedUnion('no', [
  z.object({ no: z.literal('role-too-low'), role: Role, needs: Role }),
  z.object({ no: z.literal('not-in-group'), group: z.string() }),
  /** Whoever asked was switched off since. */
  z.object({ no: z.literal('requester-disabled') }),
  /** Whoever asks is bound to other guests. */
  z.object({ no: z.literal('out-of-scope') }),
  z.object({ no: z.literal('no-rule') }),
  /** Only rules speak for it that look at tags which anybody can give who may edit the guest. */
  z.object({ no: z.literal('only-tags'), rules: z.array(z.string()) }),
  z.object({ no: z.literal('denied'), rule: z.string(), text: z.string() }),
  /** `until` in ms. */
  z.object({ no: z.literal('frozen'), freeze: z.string(), text: z.string(), until: z.int() }),
  z.object({ no: z.literal('fact-unknown'), rule: z.string() }),
  z.object({ no: z.literal('read-only') }),
  /** The rules want to know why it is asked for. */
  z.object({ no: z.literal('reason-required') }),
  /** In production what destroys happens only where a rule names the action. */
  z.object({ no: z.literal('not-named'), action: ActionName }),
  /** The windows of the rules that speak are never open together. */
  z.object({ no: z.literal('never-opens'), windows: z.array(z.string()) }),
  /** The needs can never be met by the people there are, without the requester. */
  z.object({ no: z.literal('impossible-quorum'), needs: z.array(Need) }),
  /** So many plans in a row no longer fitted the host when they were to run. */
  z.object({ no: z.literal('keeps-drifting'), times: z.int() }),
]);
export type DecisionRefusal = z.infer<typeof DecisionRefusal>;
