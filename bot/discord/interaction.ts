import { z } from 'zod';
import { readWith } from '#policies/read-with';

/** An id of Discord: a number of up to 64 bits as text. https://discord.com/developers/docs/reference#snowflakes */
const Id = z.string().regex(/^\d{1,20}$/);
const User = z.object({ id: Id, bot: z.boolean().optional(), system: z.boolean().optional() });

/** Somebody as an interaction names them, without anything they chose themselves. */
export type Person = z.infer<typeof User>;

const Option = z.object({
  name: z.string().min(1),
  value: z.union([z.string(), z.number(), z.boolean()]),
  focused: z.boolean().optional(),
});

const Data = z.object({
  name: z.string().optional(),
  type: z.int().optional(),
  guild_id: Id.optional(),
  options: z.array(Option).max(25).optional(),
  custom_id: z.string().min(1).max(100).optional(),
  component_type: z.int().optional(),
});

/** https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-object */
const Interaction = z.object({
  id: Id,
  application_id: Id,
  type: z.int(),
  token: z.string().min(1).max(1000),
  guild_id: Id.optional(),
  channel: z.object({ id: Id, type: z.int(), parent_id: Id.nullish() }),
  member: z.object({ user: User }).optional(),
  user: User.optional(),
  locale: z.string().max(20).optional(),
  data: Data.optional(),
  message: z.object({ id: Id, author: z.object({ id: Id }) }).optional(),
  authorizing_integration_owners: z.record(z.string(), Id),
});
export type Interaction = z.infer<typeof Interaction>;

/** Types of interactions: a command was sent, a component used, a field is being filled. */
const COMMAND = 2;
const COMPONENT = 3;
const COMPLETION = 4;

/** An interaction of a kind that is known, and whose parts belong to that kind; null for anything else. */
export const readInteraction = (raw: unknown): Interaction | null => {
  const parsed = readWith(Interaction, raw);
  if (!parsed.success) return null;
  const { type, data } = parsed.data;
  if (![COMMAND, COMPONENT, COMPLETION].includes(type)) return null;
  return (type === COMPONENT) === (data?.custom_id !== undefined) ? parsed.data : null;
};

/** A command that is typed with a slash, and not one of the menus of a person or a message. */
export const isChatInput = ({ type, data }: Interaction): boolean => type === COMMAND && data?.type === 1;

/** Is somebody filling a field, and which? Undefined where nobody is. */
export const fieldOf = ({ type, data }: Interaction): z.infer<typeof Option> | undefined =>
  type === COMPLETION ? data?.options?.find(({ focused }) => focused === true) : undefined;

/** 1 January 2015, when Discord's time begins (ms). */
const EPOCH = 1_420_070_400_000n;

/** When something with this id was made (ms). */
export const bornAt = (id: string): number => Number((BigInt(id) >> 22n) + EPOCH);
