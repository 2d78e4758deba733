import type { ActionName } from '../actions.ts';
import type { Risk } from '../risk.ts';
import { DEFAULTS, type Decision, type Granted, grant, refuse, type Terms } from './decision.ts';
import { keepingBoth } from './terms.ts';

const asks = (needs: Terms['needs'], confirm: boolean): Terms => ({
  needs,
  confirm,
  expires: DEFAULTS.expires,
  voteValidFor: DEFAULTS.voteValidFor,
  cooldown: 0,
  reason: confirm,
  secondFactor: false,
  alone: false,
  windows: [],
  revert: null,
  glass: null,
});

/** The least that production asks for, whatever the rules say. */
const LEAST: { readonly [R in Risk]: Terms } = {
  low: { ...asks([], false), expires: Number.MAX_SAFE_INTEGER },
  medium: asks([{ count: 1, role: 'operator' }], false),
  high: asks([{ count: 1, role: 'admin' }], true),
  critical: asks(
    [
      { count: 1, role: 'admin' },
      { count: 1, role: 'operator' },
    ],
    true,
  ),
};

/** What the rules granted, made as careful as production is: what destroys is off unless a rule that grants it `named` that very action. */
export const inProduction = (
  granted: Granted,
  { risk, action }: { readonly risk: Risk; readonly action: ActionName },
  named: boolean,
): Decision => {
  if (risk === 'critical' && !named) return refuse({ no: 'not-named', action }, granted.rules);
  // What production asks for are votes, and those may be missing where the file lets the glass be broken.
  return grant({ ...keepingBoth(granted, LEAST[risk]), glass: granted.glass }, granted.rules);
};
