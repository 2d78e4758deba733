import assert from 'node:assert/strict';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { decide } from '#policies/decide/decide';
import { SiteId, Vmid } from '#policies/ids';
import { Rules } from '#policies/rules/schema';
import { asked } from '../policies/decide/asked.ts';
import { somebody } from '../policies/people.ts';
import { type EqualRequest, type EqualRule, equalRequests, equalRules } from './equal-rules.ts';
import { type Bench, race } from './row.ts';

/** An engine with its rules loaded: `prepared` makes of each request the call that its own users would make. */
type Engine = { readonly prepared: (request: EqualRequest) => () => boolean };

const ROUNDS = 21;
const REQUESTS = 500;

const quorate = (rules: readonly EqualRule[]): Engine => {
  const set = Rules.parse({
    version: 1,
    rules: rules.map(({ role, action, vmid, allow }, i) => ({
      id: `rule-${i}`,
      match: { role: [role], action: [action], vmid: [vmid] },
      ...(allow ? { need: [] } : { deny: 'no' }),
    })),
  });
  const site = SiteId.parse('home');
  return {
    prepared: ({ role, action, vmid }) => {
      const target = { kind: 'guest' as const, site, vmid: Vmid.parse(vmid) };
      const request = asked({ action, target, requester: somebody('omar', role) });
      return () => decide(set, request).verdict === 'allow';
    },
  };
};

const CASBIN_MODEL = `
[request_definition]
r = sub, act, obj
[policy_definition]
p = sub, act, obj, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.obj == p.obj && r.sub == p.sub && r.act == p.act
`;

/**
 * enforceSync, which its documentation calls the faster of its calls, with the field that differs most first in the matcher. Its
 * CachedEnforcer gives the answer of an earlier call where the same was asked before; nothing is decided then.
 */
const casbin = async (rules: readonly EqualRule[]): Promise<Engine> => {
  const lines = rules.map(
    ({ role, action, vmid, allow }) => `p, ${role}, ${action}, ${vmid}, ${allow ? 'allow' : 'deny'}`,
  );
  const enforcer = await newEnforcer(newModelFromString(CASBIN_MODEL), new StringAdapter(lines.join('\n')));
  return {
    prepared: ({ role, action, vmid }) => {
      const [subject, guest] = [String(role), String(vmid)];
      return () => enforcer.enforceSync(subject, action, guest);
    },
  };
};

/** Policies parsed once and kept (preparsePolicySet, statefulIsAuthorized), all three fields in the scope, no entities to load. */
const cedar = (rules: readonly EqualRule[]): Engine => {
  const policies = rules.map(
    ({ role, action, vmid, allow }) =>
      `${allow ? 'permit' : 'forbid'} (principal == Role::"${role}", action == Action::"${action}", resource == Guest::"${vmid}");`,
  );
  const preparsedPolicySetId = `of-${rules.length}`;
  const parsed = preparsePolicySet(preparsedPolicySetId, { staticPolicies: policies.join('\n') });
  if (parsed.type === 'failure')
    throw new Error('Cedar does not read its policies', { cause: parsed.errors });
  return {
    prepared: ({ role, action, vmid }) => {
      const call = {
        principal: { type: 'Role', id: role },
        action: { type: 'Action', id: action },
        resource: { type: 'Guest', id: String(vmid) },
        context: {},
        preparsedPolicySetId,
        entities: [],
      };
      return () => {
        const answer = statefulIsAuthorized(call);
        return answer.type === 'success' && answer.response.decision === 'allow';
      };
    },
  };
};

const loop = (calls: readonly (() => boolean)[]) => (): void => {
  for (const call of calls) call();
};

/** All three must say the same to every request, and not the same to all of them. */
const compared = async (count: number) => {
  const rules = equalRules(count);
  const requests = equalRequests(rules, REQUESTS);
  const engines = { quorate: quorate(rules), casbin: await casbin(rules), cedar: cedar(rules) };
  const callsOf = ({ prepared }: Engine) => requests.map(prepared);
  const [ours, theirs, others] = [engines.quorate, engines.casbin, engines.cedar].map(callsOf);
  assert.ok(ours && theirs && others);
  const answers = ours.map((call) => call());
  assert.deepEqual(
    answers,
    theirs.map((call) => call()),
    'casbin says the same',
  );
  assert.deepEqual(
    answers,
    others.map((call) => call()),
    'Cedar says the same',
  );
  const allowed = answers.filter((answer) => answer).length;
  assert.ok(allowed > REQUESTS / 5 && allowed < (REQUESTS * 4) / 5, `${allowed} of ${REQUESTS} are allowed`);
  return { ours: loop(ours), casbin: loop(theirs), cedar: loop(others), allowed };
};

const perSecond = (ms: number): number => REQUESTS / (ms / 1000);

const elsewhere = (count: number): Bench => ({
  name: `decide-elsewhere-${count}`,
  run: async () => {
    const { ours, casbin, cedar, allowed } = await compared(count);
    const [first, second] = [
      race(ROUNDS, { ours, baseline: casbin }),
      race(ROUNDS, { ours, baseline: cedar }),
    ];
    const nearest = first.baseline < second.baseline ? first : second;
    return {
      name: `decisions with ${count} rules of role, action and guest : the faster of casbin and Cedar`,
      ours: perSecond(nearest.ours),
      baseline: perSecond(nearest.baseline),
      limit: 1,
      unit: 'decisions/s',
      notes: [
        `casbin ${perSecond(first.baseline).toFixed(0)}/s, Cedar ${perSecond(second.baseline).toFixed(0)}/s; ${allowed} of ${REQUESTS} requests allowed`,
      ],
    };
  },
});

/** Decisions a second beside node-casbin and Cedar, on rules that all three can say: with 10 rules. */
export const decisionsElsewhereFew: Bench = elsewhere(10);

/** The same with 200 rules. */
export const decisionsElsewhere: Bench = elsewhere(200);
