import { z } from 'zod';

/** Why Quorate does not do something to itself, found when it is planned. Facts only; the words are in bot/cards. */
export const OwnRefusal = z.discriminatedUnion('no', [
  /** The edited rules that were asked for are in force already, or the file says something else by now. */
  z.object({ no: z.literal('not-waiting') }),
  z.object({ no: z.literal('no-such-person'), person: z.string() }),
  z.object({ no: z.literal('person-exists'), person: z.string() }),
  /** The person may exactly that already. */
  z.object({ no: z.literal('already-so') }),
  /** Nobody would be left who may do everything. */
  z.object({ no: z.literal('last-admin') }),
]);
export type OwnRefusal = z.infer<typeof OwnRefusal>;
