import { z } from 'zod';
import { readWith } from '#policies/read-with';
import type { Dropped, Missed } from '../chat/intent.ts';
import { PLATFORM } from './intent.ts';

const Id = z.string().regex(/^\d{1,20}$/);
const User = z.object({ id: Id });

// Of what cannot be understood all but who did it may be anything.
const Tried = z.object({
  id: Id,
  type: z.literal([2, 3]),
  guild_id: z.string().optional().catch(undefined),
  member: z.object({ user: User }).optional().catch(undefined),
  user: User.optional().catch(undefined),
  channel: z.object({ id: Id }).nullable().catch(null).default(null),
  data: z
    .object({ name: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
type Tried = z.infer<typeof Tried>;

/** A press, or a command by its name: nobody else is shown what stands in its fields. */
const didWith = ({ type, data }: Tried): Missed['did'] =>
  type === 3 ? { what: 'press' } : { what: 'line', text: `/${data?.name ?? ''}`, unseen: true };

/** Who pressed or sent what came to nothing, and where; null for what is neither, or of nobody. */
export const readMissed = (raw: unknown, why: Dropped['dropped']): Missed | null => {
  const parsed = readWith(Tried, raw);
  if (!parsed.success) return null;
  const { id, guild_id: guild, member, user, channel } = parsed.data;
  const person = guild === undefined ? user : member?.user;
  if (person === undefined) return null;
  const account = { platform: PLATFORM, tenant: '', id: person.id };
  return { event: id, account, chat: channel && channel.id, why, did: didWith(parsed.data) };
};
