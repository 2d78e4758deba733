import { z } from 'zod';
import { Mode } from './mode.ts';

/** Why Quorate does not do something to itself, found when it is planned. Facts only; the words are in bot/cards. */
export const OwnRefusal = z.discriminatedUnion('no', [
  /** The edited rules that were asked for are in force already, or the file says something else by now. */
  z.object({ no: z.literal('not-waiting') }),
  /** The mode is that already. */
  z.object({ no: z.literal('mode-as-is'), mode: Mode }),
  /** The file, or the mode of everything, is more careful than what was asked for. */
  z.object({ no: z.literal('mode-held'), than: z.enum(['file', 'everything']), mode: Mode }),
  z.object({ no: z.literal('no-such-person'), person: z.string() }),
  z.object({ no: z.literal('person-exists'), person: z.string() }),
  /** The person may exactly that already. */
  z.object({ no: z.literal('already-so') }),
  /** Nobody would be left who may do everything. */
  z.object({ no: z.literal('last-admin') }),
]);
export type OwnRefusal = z.infer<typeof OwnRefusal>;
