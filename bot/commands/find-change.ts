import { changeById, changeByNo, openFor, planByHash } from '#db/ledger/change-rows';
import { electorate } from '#db/ledger/electorate';
import type { Ledger } from '#db/ledger/ledger';
import { askedBy } from '#db/ledger/load';
import { allPeople } from '#db/ledger/people';
import { rulesOf } from '#db/ledger/rule-sets';
import { standInsNow } from '#db/ledger/voters';
import { clockText } from '#policies/calendar/run-at';
import type { Change } from '#policies/change/change';
import type { StateName } from '#policies/change/state';
import { ChangeId } from '#policies/ids';
import type { AnyPlan } from '#policies/own-plan';
import type { Undoes } from '#policies/plan';
import { readWith } from '#policies/read-with';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { zoneOf } from '#policies/rules/zone-of';
import { targetKey } from '#policies/target';
import type { Around, ChangeView } from '../cards/change-state.ts';
import type { Office } from '../office.ts';
import type { Asking } from './command.ts';
import { nameOfTarget } from './find-target.ts';

type Looking = Pick<Asking, 'office' | 'sight'>;

/** The change a person means: its number, with or without "#", or its whole id. What they may not see is not there. */
export const findChange = ({ office: { ledger }, sight }: Looking, text: string): Result<Change, Refusal> => {
  const number = /^#?(\d{1,9})$/.exec(text)?.[1];
  const id = readWith(ChangeId, text);
  const change = number
    ? changeByNo(ledger, Number(number))
    : id.success
      ? changeById(ledger, id.data)
      : undefined;
  return change && sight.sees(change.target) ? ok(change) : no({ no: 'no-such-change', text });
};

const HOUR = 3_600_000;

/** What people call the changes that a plan takes back, or leaves. */
const numbersOf = ({ ledger }: Office, plan: AnyPlan | null): Around['numbers'] => {
  const { changes, stop, older } = (plan && 'undoes' in plan && plan.undoes) || NOTHING_UNDONE;
  const found = [...changes, ...(stop ? [stop] : []), ...older].flatMap(
    (one) => changeById(ledger, one.change) ?? [],
  );
  return new Map(found.map(({ id, no: number }) => [id, number]));
};

const NOTHING_UNDONE: Undoes = { changes: [], stop: null, older: [] };

const aroundOf = (office: Office, change: Change, plan: AnyPlan | null): Around => {
  const { ledger } = office;
  const { id, no: upTo, requester, openedAt, target, rules, runAt } = change;
  const others = openFor(ledger, targetKey(target)).filter((other) => other.id !== id);
  return {
    clock: runAt === null ? null : clockText(runAt, zoneOf(rulesOf(ledger, rules))),
    others: others.map((other) => other.no),
    asked: askedBy(ledger, requester, { since: openedAt - HOUR, upTo }),
    numbers: numbersOf(office, plan),
  };
};

const VOTED_ON: readonly StateName[] = ['awaiting', 'approved'];

/** The plan that people read last of it; null where there was none. */
const planOf = (ledger: Ledger, { state }: Change): AnyPlan | null => {
  const agreed = state.state === 'expired' ? state.asked : 'plan' in state ? state : null;
  return (agreed && planByHash(ledger, agreed.plan)) ?? null;
};

/** Everything a card of this change is drawn from, read now. */
export const viewOf = (office: Office, change: Change): ChangeView => {
  const { ledger, inventories } = office;
  const plan = planOf(ledger, change);
  const name = plan?.name ?? nameOfTarget(inventories(), change.target);
  const isVotedOn = VOTED_ON.includes(change.state.state);
  const people = isVotedOn ? electorate(ledger, change.target) : allPeople(ledger);
  const [around, standIns] = [aroundOf(office, change, plan), standInsNow(ledger)];
  return { change, plan, name, people, standIns, now: ledger.now(), around };
};
