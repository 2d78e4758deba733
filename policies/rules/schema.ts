import { z } from 'zod';
import { CalendarDate } from '../calendar/freeze.ts';
import { Window } from '../calendar/window.ts';
import { Zone } from '../calendar/zone.ts';
import { KeepBy } from '../change/revert.ts';
import { Need } from '../change/vote.ts';
import { together } from '../decide/needs.ts';
import { PersonId, SiteId } from '../ids.ts';
import { Mode } from '../mode.ts';
import { BreakGlass } from './break-glass.ts';
import { Caps } from './caps.ts';
import { consistency } from './consistency.ts';
import { Duration } from './duration.ts';
import { GroupName, Match } from './match.ts';
import { StandInText } from './stand-in.ts';
import { Who } from './who.ts';

const id = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'an id such as "night-window"');
const text = z.string().min(1).max(200);

/** The same role twice would read like two people and count as one. */
const Needs = z
  .array(Need)
  .max(10)
  .refine(
    (needs) => together(needs).length === needs.length,
    'each role and each group once, with its count',
  );

/** Taken back `after` it was done unless one of `keep_by` keeps it. */
const RevertText = z.strictObject({ after: Duration, keep_by: KeepBy });

const OnlyAsking = z.strictObject({
  who: Who.optional(),
  need: Needs.optional(),
  alone: z.literal(true).optional(),
  expires: Duration.optional(),
  vote_valid_for: Duration.optional(),
  reason: z.literal('required').optional(),
  confirm: z.literal('type_target').optional(),
  second_factor: z.literal('totp').optional(),
  cooldown: Duration.optional(),
  revert: RevertText.optional(),
  window: z.string().optional(),
});

/** Written flat, so that a complaint names the key that is wrong and not the rule around it. */
const RuleText = OnlyAsking.extend({ id, match: Match, deny: text.optional() }).superRefine(
  (rule, context) => {
    const complain = (key: keyof typeof rule, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    const verdicts = [rule.deny, rule.need, rule.alone].filter((verdict) => verdict !== undefined);
    if (verdicts.length !== 1) complain('need', 'exactly one of need, deny and alone');
    if (rule.alone && rule.cooldown === undefined)
      complain('cooldown', 'a time to wait, since nobody else agrees');
    if (rule.deny === undefined) return;
    for (const key of OnlyAsking.keyof().options)
      if (rule[key] !== undefined && key !== 'need' && key !== 'alone') complain(key, 'nothing, beside deny');
  },
);

/**
 * One rule: a flat no; or who may ask and who must agree besides the requester. `alone`: nobody else must agree, which is
 * for a site with one admin, marked for good, and always waits and asks for the target's name.
 */
export const Rule = RuleText.transform(({ id, match, deny, need, alone, ...rest }) =>
  deny === undefined ? { id, match, need: need ?? [], alone: alone === true, ...rest } : { id, match, deny },
);
export type Rule = z.infer<typeof Rule>;
/** A rule that says who must agree. */
export type AskingRule = Extract<Rule, { need: unknown }>;

/** A time in which what matches is a no, by the calendar. */
const Freeze = z.strictObject({
  id,
  from: CalendarDate,
  until: CalendarDate,
  match: Match.optional(),
  reason: text,
});
export type Freeze = z.infer<typeof Freeze>;

/** The whole rule file after reading: no expressions, no order, every key known. Times in ms. */
export const Rules = z
  .strictObject({
    version: z.literal(1),
    mode: Mode.default('standard'),
    sites: z.record(SiteId, z.strictObject({ mode: Mode })).default({}),
    zone: Zone.optional(),
    groups: z.record(GroupName, z.array(PersonId).min(1)).default({}),
    windows: z.record(id, Window).default({}),
    freezes: z.array(Freeze).max(1000).default([]),
    caps: Caps,
    break_glass: BreakGlass.optional(),
    stand_ins: z.array(StandInText).max(1000).default([]),
    rules: z.array(Rule).max(10_000),
  })
  .superRefine((rules, context) => {
    // zod comes here also after an unknown key, when a rule is still as it was written.
    if (context.issues.length > 0) return;
    for (const { at, expected } of consistency(rules))
      context.addIssue({ code: 'custom', path: [...at], message: expected });
  });
export type Rules = z.infer<typeof Rules>;
