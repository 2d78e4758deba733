import type { ActionName } from '../actions.ts';
import type { NodeName } from '../ids.ts';
import type { Person } from '../person.ts';
import type { Risk } from '../risk.ts';
import type { Target } from '../target.ts';

/**
 * What is asked and the facts the rules may look at. `node` and `tags` are null where the inventory does not know them:
 * a rule that looks at an unknown fact ends in no.
 */
export type DecisionRequest = {
  readonly action: ActionName;
  readonly target: Target;
  readonly risk: Risk;
  readonly node: NodeName | null;
  readonly tags: readonly string[] | null;
  readonly requester: Person;
};
