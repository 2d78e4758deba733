import type { ActionName } from '../actions.ts';
import type { Facts } from '../fact.ts';
import type { NodeName } from '../ids.ts';
import type { Mode } from '../mode.ts';
import type { Person } from '../person.ts';
import type { Risk } from '../risk.ts';
import type { Target } from '../target.ts';

/**
 * What is asked, at which moment (`at`, ms), and the facts the rules may look at. `node`, `pool` and `tags` are null where the
 * inventory does not know them: a rule that looks at an unknown fact ends in no. `pool` is "" for a guest that is in none.
 * `called`: the mode that was set in chat for this target, absent where none was.
 * `registeredTags` are those that only somebody with Sys.Modify on / can give (datacenter.cfg `registered-tags`).
 */
export type DecisionRequest = {
  readonly at: number;
  readonly action: ActionName;
  readonly target: Target;
  readonly risk: Risk;
  readonly requester: Person;
  readonly platform: string;
  readonly node: NodeName | null;
  readonly pool: string | null;
  readonly tags: readonly string[] | null;
  readonly registeredTags: readonly string[];
  readonly facts: Facts;
  readonly called?: Mode;
};

/** A request in a site that is run with this much care. */
export type RequestInMode = DecisionRequest & { readonly mode: Mode };
