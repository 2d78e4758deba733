import { entryName } from '#policies/access-effect';
import type { Check } from '#policies/check';
import type { AnyPlan } from '#policies/own-plan';
import type { Blast } from '#policies/plan';
import type { Probe, Seen } from '#policies/probe';
import type { Line } from '../chat/card.ts';
import { factsText, sawText } from './facts.ts';
import { listed, outside, type Values, type Words } from './words.ts';

/** A record's own fields as outside text, for the holes of its sentence. */
const fields = (record: object): Values =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, outside(String(value))]));

/** What else feels it, in words. */
export const blastLine = (words: Words, blast: Blast): Line =>
  words.say(
    `blast.${blast.blast}`,
    blast.blast === 'snapshots-lost' ? { count: blast.count } : fields(blast),
  );

const checkLine = (words: Words, { check, facts }: Check, state: Exclude<Check['state'], 'ok'>): Line =>
  words.say(`check.${state}`, { check: words.say(`check.${check}`), facts: factsText(words, facts) });

/** Checks that people must see one by one (warnings, unknowns), and one line for those that are fine. */
export const checkLines = (words: Words, checks: readonly Check[]): readonly Line[] => {
  const fine = checks
    .filter((check) => check.state === 'ok')
    .map((check) => words.say(`check.${check.check}`));
  const others = checks.flatMap((check) =>
    check.state === 'ok' ? [] : [checkLine(words, check, check.state)],
  );
  return fine.length === 0 ? others : [...others, words.say('checks.fine', { list: listed(fine) })];
};

/** Whether `/undo` will work. */
export const undoLine = (words: Words, { undo }: Pick<AnyPlan, 'undo'>): Line =>
  undo.possible
    ? words.say('change.undo-yes')
    : words.say('change.undo-no', { why: words.say(`undo.${undo.why}`) });

const probeText = (words: Words, probe: Probe): Line => {
  if (probe.probe === 'guest-status')
    return words.say('probe.guest-status', { status: words.say(`guest-status.${probe.want}`) });
  if (probe.probe === 'access') return words.say('probe.access', { entry: outside(entryName(probe.entry)) });
  if (probe.probe === 'snapshot') return words.say(`probe.snapshot-${probe.want}`, fields(probe));
  return words.say(`probe.${probe.probe}`, fields(probe));
};

/** What each probe saw afterwards. */
export const seenLines = (words: Words, seen: readonly Seen[]): readonly Line[] =>
  seen.map((look) =>
    words.say(look.ok ? 'probe.ok' : 'probe.bad', {
      probe: probeText(words, look.probe),
      saw: sawText(words, look),
    }),
  );
