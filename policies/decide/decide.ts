import { ACTIONS } from '../actions.ts';
import { between } from '../calendar/freeze.ts';
import { atLeast, type Person } from '../person.ts';
import { modeOf } from '../rules/mode-of.ts';
import type { AskingRule, Freeze, Rule, Rules } from '../rules/schema.ts';
import { isNot } from '../rules/who.ts';
import { mayReach } from '../scope.ts';
import { isOwnTarget } from '../target.ts';
import { type Decision, grant, refuse } from './decision.ts';
import { canGrant, matches } from './matches.ts';
import { inProduction } from './production.ts';
import type { DecisionRefusal } from './refusal.ts';
import type { DecisionRequest, RequestInMode } from './request.ts';
import { rulesAbout } from './rules-about.ts';
import { keepingBoth, strictest } from './terms.ts';

const idsOf = (rules: readonly { readonly id: string }[]): readonly string[] => rules.map(({ id }) => id);

/**
 * No mode holds up what leads out of it, or it would last until somebody with root came: neither may the switch of the chat
 * decide who turns it back, nor a file that rules out every change rule out its own. What else the rules ask for holds.
 */
const leadsOut = ({ action }: Pick<DecisionRequest, 'action'>): boolean => action === 'rules.change';

/** A no that no rule has to say: the person, what they are bound to, the mode. */
const beforeRules = (request: RequestInMode): DecisionRefusal | null => {
  const { requester, action, mode, target, pool } = request;
  const least = ACTIONS[action].who;
  if (requester.disabled) return { no: 'requester-disabled' };
  if (!atLeast(requester.role, least)) return { no: 'role-too-low', role: requester.role, needs: least };
  if (!mayReach(requester, target, pool)) return { no: 'out-of-scope' };
  return mode === 'read_only' && !leadsOut(request) ? { no: 'read-only' } : null;
};

const lasts = (freeze: Freeze, { zone }: Rules, at: number): number | null => {
  if (zone === undefined) throw new Error(`freeze ${freeze.id} has no zone: the schema let it pass`);
  const { from, until } = between(freeze, zone);
  return from <= at && at < until ? until : null;
};

/** The first freeze that holds now, by what it is about; an unknown fact is a no here too. */
const frozen = (rules: Rules, request: RequestInMode): Decision | null => {
  for (const freeze of rules.freezes) {
    const until = lasts(freeze, rules, request.at);
    if (until === null) continue;
    const fit = freeze.match === undefined || matches(freeze.match, request);
    if (fit === 'unknown') return refuse({ no: 'fact-unknown', rule: freeze.id }, [freeze.id]);
    if (fit) return refuse({ no: 'frozen', freeze: freeze.id, text: freeze.reason, until }, [freeze.id]);
  }
  return null;
};

type DenyingRule = Exclude<Rule, AskingRule>;
const isAsking = (rule: Rule): rule is AskingRule => 'need' in rule;

/** The rules that match, by what they say, and those of which nobody can tell. `different`: of those that ask, no two for the same. */
type Spoken = {
  readonly denying: readonly DenyingRule[];
  readonly asking: readonly AskingRule[];
  readonly different: ReadonlySet<AskingRule>;
  readonly unknown: readonly Rule[];
};

const spoken = (rules: Rules, request: RequestInMode): Spoken => {
  const denying: DenyingRule[] = [];
  const asking: AskingRule[] = [];
  const different = new Set<AskingRule>();
  const unknown: Rule[] = [];
  for (const { rule, fit, says } of rulesAbout(rules, request)) {
    const answer = fit(request);
    if (answer === 'unknown') unknown.push(rule);
    if (answer !== true) continue;
    if (isAsking(rule)) asking.push(rule);
    else denying.push(rule);
    if (isAsking(says)) different.add(says);
  }
  return { denying, asking, different, unknown };
};

const mayNotAsk = ({ who }: AskingRule, requester: Person): DecisionRefusal | null =>
  who === undefined ? null : isNot(who, requester);

/** A no of rules that match. */
const noOf = ({ denying: [denying], asking, unknown }: Spoken, request: DecisionRequest): Decision | null => {
  if (denying) return refuse({ no: 'denied', rule: denying.id, text: denying.deny }, [denying.id]);
  if (unknown[0]) return refuse({ no: 'fact-unknown', rule: unknown[0].id }, idsOf(unknown));
  if (asking.length === 0) return refuse({ no: 'no-rule' });
  if (!asking.some(({ match }) => canGrant(match, request)))
    return refuse({ no: 'only-tags', rules: [...idsOf(asking)] }, idsOf(asking));
  for (const rule of asking) {
    const refusal = mayNotAsk(rule, request.requester);
    if (refusal) return refuse(refusal, [rule.id]);
  }
  return null;
};

/** Does a rule that grants it, which no ordinary tag does, name this very action? */
const isNamed = (asking: readonly AskingRule[], request: DecisionRequest): boolean =>
  leadsOut(request) ||
  asking.some(({ match }) => canGrant(match, request) && match.action?.includes(request.action));

const decideIn = (rules: Rules, request: RequestInMode): Decision => {
  const refusal = beforeRules(request);
  if (refusal) return refuse(refusal);
  const all = spoken(rules, request);
  const never = frozen(rules, request) ?? noOf(all, request);
  if (never) return never;
  const { asking, different } = all;
  const terms = strictest([...different], rules);
  const own = isOwnTarget(request.target);
  if (own && terms.secondFactor) return refuse({ no: 'no-node-for-code' }, idsOf(asking));
  // An emergency of a host is no reason for one person to change what binds them, and no code that a node wants can be left out.
  const glass = own || terms.secondFactor ? null : terms.glass;
  const granted = grant({ ...terms, glass }, idsOf(asking));
  return request.mode === 'standard' ? granted : inProduction(granted, request, isNamed(asking, request));
};

/** What two decisions about the same request come to: a no of either, else terms that keep both. */
export const stricter = (a: Decision, b: Decision): Decision => {
  if (a.verdict === 'refuse') return a;
  if (b.verdict === 'refuse') return b;
  return grant(keepingBoth(a, b), [...new Set([...a.rules, ...b.rules])]);
};

/**
 * Who must agree to this request, and on which other terms. All matching rules apply together and order has no meaning:
 * deny beats everything, of all else the strictest holds, no matching rule means no, and so does a fact that is unknown.
 */
export const decide = (rules: Rules, asked: DecisionRequest): Decision => {
  const ofFile = modeOf(rules, asked.target);
  const mode = leadsOut(asked) ? ofFile : modeOf(rules, asked.target, asked.called);
  const decision = decideIn(rules, { ...asked, mode });
  // A rule may speak in one mode only: whoever sets that mode in chat would let it grant what the file's own mode refuses.
  return mode === ofFile ? decision : stricter(decision, decideIn(rules, { ...asked, mode: ofFile }));
};
