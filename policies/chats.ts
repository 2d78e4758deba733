import { z } from 'zod';
import { SiteId } from './ids.ts';
import type { Scope } from './scope.ts';

const Id = z.union([z.int(), z.string().min(1)]).transform(String);

const EXPECTED = 'a guest such as 101, or a range such as "200-209"';

const Range = z
  .strictObject({ from: z.int(EXPECTED).min(100, EXPECTED), to: z.int(EXPECTED).min(100, EXPECTED) })
  .refine(({ from, to }) => from <= to, EXPECTED);

const Guests = z
  .union([z.int(), z.string().regex(/^\d{3,9}(-\d{3,9})?$/, EXPECTED)])
  .transform((typed) => {
    const [from = 0, to = from] = String(typed).split('-').map(Number);
    return { from, to };
  })
  .pipe(Range);

const Sees = z
  .strictObject({
    site: SiteId.optional(),
    pools: z.array(z.string().min(1)).max(100).default([]),
    guests: z.array(Guests).max(1000).default([]),
  })
  .refine(
    ({ pools, guests }) => pools.length + guests.length > 0,
    'at least one pool or guest: an id alone sees everything',
  );

/**
 * A chat where cards are posted. An id alone sees everything, since whoever wrote it there meant it to; `sees` names what its least
 * privileged reader may see: pools and guests of one site (that of the file, if none is named).
 */
const entry = (id: z.ZodType<string>, expected: string) =>
  z.union([id.transform((alone) => ({ id: alone, sees: null })), z.strictObject({ id, sees: Sees })], {
    error: `${expected}, or { id: …, sees: { pools: [web], guests: [101, "200-209"] } }`,
  });

/** The chats of one platform, as they stand in quorate.yaml: by ids of this kind, which are `expected` there. */
export const chatsOf = (id: z.ZodType<string>, expected: string) =>
  z.array(entry(id, expected)).min(1, 'at least one chat id');

/** The chats of a platform whose ids may be anything. */
export const Chats = chatsOf(Id, 'the id of a chat');
export type Chats = z.infer<typeof Chats>;

/** A chat of one platform and what may stand there. */
export type SeeingChat = { readonly chat: string; readonly sees: Scope };

/** The chats with the scope of each; `site`: the one that is meant where none is named. */
export const seeingChats = (chats: Chats, site: SiteId): readonly SeeingChat[] =>
  chats.map(({ id, sees }) => {
    if (sees === null) return { chat: id, sees: 'everything' };
    const { site: at = site, pools, guests } = sees;
    return {
      chat: id,
      sees: {
        pools: pools.map((pool) => ({ site: at, pool })),
        guests: guests.map((range) => ({ site: at, ...range })),
      },
    };
  });
