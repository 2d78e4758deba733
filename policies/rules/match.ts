import { z } from 'zod';
import { ActionName } from '../actions.ts';
import { FactMatch } from '../fact.ts';
import { NodeName, SiteId } from '../ids.ts';
import { Mode } from '../mode.ts';
import { Role } from '../person.ts';
import { Risk } from '../risk.ts';

/** One guest id or an inclusive range: 101 or "100-199". */
const VmidRange = z
  .union(
    [z.int().min(100), z.string().regex(/^\d{3,9}-\d{3,9}$/, 'a range of guest ids such as "100-199"')],
    {
      error: 'a guest id such as 101 or a range such as "100-199"',
    },
  )
  .transform((range) => {
    const [from, to] = String(range).split('-').map(Number);
    return { from: from ?? 0, to: to ?? from ?? 0 };
  })
  .refine(
    ({ from, to }) => from >= 100 && from <= to,
    'a range whose first guest id, from 100, is not above its last',
  );

/** Name of a group of people. */
export const GroupName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'a group name such as "net"');

const some = <T extends z.ZodType>(of: T) => z.array(of).min(1).optional();

const Fields = z.strictObject({
  action: some(ActionName),
  risk: some(Risk),
  site: some(SiteId),
  node: some(NodeName),
  vmid: some(VmidRange),
  pool: some(z.string().min(1)),
  tag: some(z.string().min(1)),
  role: some(Role),
  group: some(GroupName),
  platform: some(z.string().min(1)),
  mode: some(Mode),
  fact: FactMatch.optional(),
});

/**
 * What a rule is about: each field that is there must fit, and one of its values is enough. A closed set: no expressions,
 * no patterns.
 */
export const Match = Fields.refine(
  (match) => Object.keys(match).length > 0,
  `at least one of ${Object.keys(Fields.shape).join(', ')}`,
);
export type Match = z.infer<typeof Match>;
