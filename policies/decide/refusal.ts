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
  /** All of them are closed at the time it is wanted at, and next open together at `opens`; both in ms. */
  z.object({ no: z.literal('closed-then'), at: z.int(), windows: z.array(z.string()), opens: z.int() }),
  /** It would rest so long after the last vote (ms) that it could not begin at the time it is wanted at (ms). */
  z.object({ no: z.literal('rests-beyond'), at: z.int(), cooldown: z.int() }),
  /** Whoever agrees in time, their votes would not hold (`holds`, ms) until the time it is wanted at (ms). */
  z.object({ no: z.literal('votes-too-old'), at: z.int(), holds: z.int() }),
  /** The needs can never be met by the people there are, without the requester. */
  z.object({ no: z.literal('impossible-quorum'), needs: z.array(Need) }),
  /** The rules want a second factor, and a change of Quorate itself is on no node that could check it. */
  z.object({ no: z.literal('no-node-for-code') }),
  /** The rules want it to be taken back unless it is kept, and nothing takes back these steps of its plan (from 0). */
  z.object({ no: z.literal('cannot-be-taken-back'), steps: z.array(z.int()) }),
  /** The rules let only those keep it who may approve it, and nobody has to approve it. */
  z.object({ no: z.literal('nobody-may-keep') }),
  /** So many plans in a row no longer fitted the host when they were to run. */
  z.object({ no: z.literal('keeps-drifting'), times: z.int() }),
  /** At the time it was wanted at, the host was not as its plan saw it, and nobody has to look at another. */
  z.object({ no: z.literal('drifted') }),
]);
export type DecisionRefusal = z.infer<typeof DecisionRefusal>;
