import { z } from 'zod';
import { row } from './action-row.ts';
import { SiteId } from './ids.ts';
import { Mode } from './mode.ts';
import { Role } from './person.ts';
import { Scope } from './scope.ts';

const none = z.strictObject({});

/** What can be asked for that is about Quorate itself. */
export const OWN_ACTIONS = {
  /** The risk of the plan is critical where somebody may do more afterwards. */
  'person.add': row({
    command: 'people',
    target: 'person',
    positional: ['role'],
    args: z.strictObject({ role: Role }),
    risk: 'critical',
    who: 'admin',
  }),
  'person.role': row({
    command: 'role',
    target: 'person',
    positional: ['role'],
    args: z.strictObject({ role: Role }),
    risk: 'high',
    who: 'admin',
  }),
  'person.scope': row({
    command: 'scope',
    target: 'person',
    positional: [],
    args: z.strictObject({ scope: Scope }),
    risk: 'high',
    who: 'admin',
  }),
  'person.enable': row({
    command: 'enable',
    target: 'person',
    positional: [],
    args: none,
    risk: 'critical',
    who: 'admin',
  }),
  /** Puts exactly these rules, which wait as the edited file, in force; or loosens the mode that was set in chat. */
  'rules.change': row({
    command: 'rules',
    target: 'rules',
    positional: ['digest'],
    args: z.union([
      z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/) }),
      z.strictObject({ mode: Mode, site: SiteId.nullable() }),
    ]),
    risk: 'critical',
    who: 'admin',
  }),
} as const;
