import { z } from 'zod';
import { ActionName } from '../actions.ts';
import { Need } from '../change/vote.ts';
import { NodeName, SiteId } from '../ids.ts';
import { Role } from '../person.ts';
import { Risk } from '../risk.ts';

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time such as 90s, 20m, 8h or 2d, as milliseconds. */
export const Duration = z
  .string()
  .regex(/^[1-9]\d{0,5}[smhd]$/, 'a time such as "20m", "8h" or "2d"')
  .transform((text) => {
    // The expression above leaves exactly one of these four letters at the end.
    const unit = text.slice(-1) as keyof typeof UNITS;
    return Number(text.slice(0, -1)) * UNITS[unit];
  });

/** One guest id or an inclusive range: 101 or "100-199". */
const VmidRange = z
  .union([z.int().min(100), z.string().regex(/^\d{3,9}-\d{3,9}$/, 'a range of guest ids such as "100-199"')])
  .transform((range) => {
    const [from, to] = String(range).split('-').map(Number);
    return { from: from ?? 0, to: to ?? from ?? 0 };
  });

const Match = z
  .strictObject({
    action: z.array(ActionName).min(1).optional(),
    risk: z.array(Risk).min(1).optional(),
    site: z.array(SiteId).min(1).optional(),
    node: z.array(NodeName).min(1).optional(),
    vmid: z.array(VmidRange).min(1).optional(),
    tag: z.array(z.string()).min(1).optional(),
    role: z.array(Role).min(1).optional(),
  })
  .refine(
    (match) => Object.keys(match).length > 0,
    'at least one of action, risk, site, node, vmid, tag, role',
  );

const id = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'an id such as "night-window"');

/** One rule: either a flat no, or who may ask and who must agree besides the requester. */
export const Rule = z.union([
  z.strictObject({ id, match: Match, deny: z.string().min(1).max(200) }),
  z.strictObject({
    id,
    match: Match,
    who: z.strictObject({ role: Role }).optional(),
    need: z.array(Need),
    expires: Duration.optional(),
    vote_valid_for: Duration.optional(),
  }),
]);
export type Rule = z.infer<typeof Rule>;

/** The whole rule file after reading: no expressions, no order, every key known. */
export const Rules = z
  .strictObject({ version: z.literal(1), rules: z.array(Rule).max(10_000) })
  .superRefine(({ rules }, context) => {
    const seen = new Set<string>();
    for (const [index, rule] of rules.entries()) {
      if (seen.has(rule.id))
        context.addIssue({
          code: 'custom',
          path: ['rules', index, 'id'],
          message: `an id used once; "${rule.id}" is there twice`,
        });
      seen.add(rule.id);
    }
  });
export type Rules = z.infer<typeof Rules>;
