import { z } from 'zod';
import { modesNow, setMode } from '#db/ledger/called-modes';
import { judge } from '#db/ledger/decisions';
import { putNotice } from '#db/ledger/notices';
import { allWorkers } from '#db/ledger/workers';
import { immediate } from '#db/open';
import { SiteId } from '#policies/ids';
import { MODES, Mode } from '#policies/mode';
import type { Refusal } from '#policies/refusal';
import { no, ok } from '#policies/result';
import { type CalledMode, turnTo } from '#policies/rules/called-mode';
import { page } from '../cards/look.ts';
import { modeCard, modeReach } from '../cards/mode.ts';
import { watchingNow } from '../watching.ts';
import { readArguments } from './arguments.ts';
import { propose } from './ask.ts';
import type { Answer, Asking, Command } from './command.ts';
import { choice, OPTIONAL, option, REASON } from './option.ts';
import { takeReason } from './reason.ts';

const SET = {
  command: 'mode',
  positional: ['mode', 'site'],
  args: z.strictObject({ mode: Mode, site: SiteId.optional() }),
  expects: { mode: 'site-mode' },
} as const;

/** Every site that the rule file names, that a worker works for, or whose inventory came. */
const sitesOf = ({ office }: Asking): readonly SiteId[] => {
  const { rules } = office.authority;
  const known = [
    ...office.inventories().map(({ site }) => site),
    ...allWorkers(office.ledger).map(({ site }) => site),
    ...Object.keys(rules.sites),
    ...modesNow(office.ledger).flatMap(({ site }) => site ?? []),
  ];
  return [...new Set(known)].sort().map((site) => SiteId.parse(site));
};

const show = (asking: Asking): Answer => {
  const { office, words } = asking;
  const { rules } = office.authority;
  return ok(modeCard(words, { rules, called: modesNow(office.ledger), sites: sitesOf(asking) }));
};

/** Could whoever sets the mode ask for its end? Where the rules let nobody, it would last until somebody with root came. */
const noWayBack = ({ office, person, place, now }: Asking): Refusal | null => {
  const target = { kind: 'rules' } as const;
  const asked = { action: 'rules.change', target, risk: 'critical', reason: '-', runAt: null } as const;
  const { ledger, authority } = office;
  const request = { ...asked, platform: place.platform, since: now };
  const decision = judge(ledger, authority.rules, person, request);
  if (decision.verdict !== 'refuse' || decision.refusal.no === 'frozen') return null;
  return { no: 'no-way-back', why: decision.refusal };
};

/** More careful from now on: at once, and everybody is told. */
const tighten = (asking: Asking, set: CalledMode, reason: string | null): Answer => {
  const { office, person, actor, words } = asking;
  if (reason === null) return no({ no: 'missing-argument', command: 'mode', argument: 'reason' });
  const stuck = noWayBack(asking);
  if (stuck) return no(stuck);
  const { ledger } = office;
  immediate(ledger.db, () => {
    setMode(ledger, { ...set, by: person.id, reason }, actor);
    putNotice(
      ledger,
      { notice: 'mode-tightened', ...set, by: person.id, reason },
      { places: watchingNow(office) },
    );
  });
  const { mode, site } = set;
  return ok(page('bad', words.say('done.mode', { mode, where: modeReach(words, site) }), []));
};

/** Less careful: a change like any other, agreed to as a change of the rules is. */
const loosen = (asking: Asking, { mode, site }: CalledMode, reason: string | null): Answer =>
  propose(asking, {
    action: 'rules.change',
    target: { kind: 'rules' },
    node: null,
    params: { mode, site },
    undoes: null,
    reason,
    runAt: null,
    worker: null,
  });

const set = (asking: Asking, typed: readonly string[]): Answer => {
  const { office, person } = asking;
  if (person.role !== 'admin') return no({ no: 'role-too-low', role: person.role, needs: 'admin' });
  const { reason, words: rest } = takeReason('mode', typed);
  if (!reason.ok) return reason;
  const read = readArguments(SET, rest);
  if (!read.ok) return read;
  const { mode, site = null } = read.value;
  const sites = sitesOf(asking);
  if (site !== null && !sites.includes(site)) return no({ no: 'no-such-site', text: site, sites });
  const turned = turnTo(office.authority.rules, modesNow(office.ledger), { site, mode });
  if (!turned.ok) return turned;
  const turn = turned.value === 'tighter' ? tighten : loosen;
  return turn(asking, { site, mode }, reason.value);
};

/** `/mode`: how careful each site is run. `/mode read_only [SITE] reason="…"`: more careful at once; less careful by a change. */
export const modeCommand: Command = {
  name: 'mode',
  usage: 'mode [MODE] [SITE] reason="…"',
  options: [choice('to', MODES, OPTIONAL), option('site', 'text', OPTIONAL), REASON],
  who: 'viewer',
  run: (asking, typed) => (typed.length === 0 ? show(asking) : set(asking, typed)),
};
