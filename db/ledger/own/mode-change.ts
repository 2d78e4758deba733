import type { Mode } from '#policies/mode';
import type { OwnRefusal } from '#policies/own-refusal';
import { no, ok, type Result } from '#policies/result';
import { type CalledMode, modeInForce, turnTo } from '#policies/rules/called-mode';
import type { AuditActor } from '../../audit/event.ts';
import { modesNow, setMode } from '../called-modes.ts';
import type { Ledger } from '../ledger.ts';
import { rulesNow } from '../rules-in-force.ts';
import type { OwnChange, OwnPart } from './own.ts';

const withSet = (called: readonly CalledMode[], set: CalledMode): readonly CalledMode[] => [
  ...called.filter(({ site }) => site !== set.site),
  set,
];

/** What was set in chat, as one text: whoever agreed to a looser mode agreed to it as everything was then. */
export const modesText = (ledger: Ledger): string =>
  JSON.stringify(
    modesNow(ledger)
      .map(({ site, mode }) => `${site ?? ''} ${mode}`)
      .sort(),
  );

/** A looser mode, as what is set in chat and what is in force become different. */
export const planMode = (ledger: Ledger, set: CalledMode): Result<OwnPart, OwnRefusal> => {
  const rules = rulesNow(ledger)?.rules;
  if (!rules) throw new Error('no rules were ever put in force');
  const called = modesNow(ledger);
  const turned = turnTo(rules, called, set);
  if (!turned.ok) return turned;
  const { site, mode } = set;
  if (turned.value === 'tighter') return no({ no: 'mode-as-is', mode });
  const before: Mode = called.find((one) => one.site === site)?.mode ?? 'standard';
  const inForce = (modes: readonly CalledMode[]): Mode => modeInForce(rules, modes, site);
  const diff = [
    { key: 'set in chat', before, after: mode },
    { key: 'in force', before: inForce(called), after: inForce(withSet(called, set)) },
  ];
  return ok({
    name: 'rules',
    effects: [{ kind: 'record', of: `mode of ${site ?? 'everything'}`, diff }],
  });
};

/** Sets the mode that was agreed to. */
export const performMode = (
  ledger: Ledger,
  { requester, reason }: OwnChange,
  { set, actor }: { readonly set: CalledMode; readonly actor: AuditActor },
): void => setMode(ledger, { ...set, by: requester, reason }, actor);
