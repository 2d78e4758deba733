import { z } from 'zod';
import type { Dropped, MissedPress } from '../chat/intent.ts';
import { PLATFORM } from './intent.ts';

const Id = z.string().regex(/^\d{1,20}$/);
const User = z.object({ id: Id });

// Of a press that cannot be understood all but who pressed may be anything.
const Pressed = z.object({
  id: Id,
  type: z.literal(3),
  guild_id: z.string().optional().catch(undefined),
  member: z.object({ user: User }).optional().catch(undefined),
  user: User.optional().catch(undefined),
  channel: z.object({ id: Id }).nullable().catch(null).default(null),
});

/** Who pressed what came to nothing, and where; null for what is no press, or of nobody. */
export const readMissed = (raw: unknown, why: Dropped['dropped']): MissedPress | null => {
  const parsed = Pressed.safeParse(raw);
  if (!parsed.success) return null;
  const { id, guild_id: guild, member, user, channel } = parsed.data;
  const person = guild === undefined ? user : member?.user;
  if (person === undefined) return null;
  const account = { platform: PLATFORM, tenant: '', id: person.id };
  return { event: id, account, chat: channel && channel.id, why };
};
