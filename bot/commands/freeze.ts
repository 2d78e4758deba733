import { z } from 'zod';
import { callFreeze, liftFreezes } from '#db/ledger/freezes';
import { SiteId } from '#policies/ids';
import { no, ok } from '#policies/result';
import { Duration } from '#policies/rules/duration';
import { page } from '../cards/look.ts';
import { outside, type Words, when } from '../cards/words.ts';
import type { Line } from '../chat/card.ts';
import { readArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { MUST_REASON, NAMED, option } from './option.ts';
import { takeReason } from './reason.ts';

const MONTH = 31 * 86_400_000;

const FREEZE = z.strictObject({ for: Duration.pipe(z.number().max(MONTH)), site: SiteId.optional() });
const THAW = z.strictObject({ site: SiteId.optional() });

const SITE = option('site', 'text', NAMED);

/** Which site is meant, or all of them. */
const reachOf = (words: Words, site: SiteId | null): Line =>
  site === null ? words.say('freeze.everywhere') : [outside(site)];

/** `/freeze 2h reason="…"`: nothing begins any more until it is over or lifted; what runs goes on. */
export const freezeCommand: Command = {
  name: 'freeze',
  usage: 'freeze FOR [SITE] reason="…"',
  options: [option('for', 'text', { named: true }), MUST_REASON, SITE],
  who: 'admin',
  run: ({ office, person, actor, words, now }, typed) => {
    const { reason, words: rest } = takeReason('freeze', typed);
    if (!reason.ok) return reason;
    const read = readArguments({ command: 'freeze', positional: ['for', 'site'], args: FREEZE }, rest);
    if (!read.ok) return read;
    if (reason.value === null) return no({ no: 'missing-argument', command: 'freeze', argument: 'reason' });
    const { for: lasts, site = null } = read.value;
    const until = now + lasts;
    callFreeze(office.ledger, { site, reason: reason.value, until, by: person.id }, actor);
    return ok(page('bad', words.say('done.frozen', { where: reachOf(words, site), when: when(until) }), []));
  },
};

/** `/thaw`: ends what `/freeze` called, of one site or of all; a freeze of the rule file stays. */
export const thawCommand: Command = {
  name: 'thaw',
  usage: 'thaw [SITE]',
  options: [SITE],
  who: 'admin',
  run: ({ office, actor, words }, typed) => {
    const read = readArguments({ command: 'thaw', positional: ['site'], args: THAW }, typed);
    if (!read.ok) return read;
    const { site = null } = read.value;
    const where = reachOf(words, site);
    const lifted = liftFreezes(office.ledger, site, actor);
    const said = lifted > 0 ? 'done.thawed' : 'done.nothing-frozen';
    return ok(page('neutral', words.say(said, { where }), []));
  },
};
