import { changeById, changeByNo, planByHash } from '#db/ledger/change-rows';
import { allPeople } from '#db/ledger/people';
import { standInsNow } from '#db/ledger/voters';
import type { Change } from '#policies/change/change';
import { ChangeId } from '#policies/ids';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import type { ChangeView } from '../cards/change-state.ts';
import type { Office } from '../office.ts';
import { nameOfTarget } from './find-target.ts';

/** The change a person means: its number, with or without "#", or its whole id. */
export const findChange = ({ ledger }: Office, text: string): Result<Change, Refusal> => {
  const number = /^#?(\d{1,9})$/.exec(text)?.[1];
  const id = ChangeId.safeParse(text);
  const change = number
    ? changeByNo(ledger, Number(number))
    : id.success
      ? changeById(ledger, id.data)
      : undefined;
  return change ? ok(change) : no({ no: 'no-such-change', text });
};

/** Everything a card of this change is drawn from, read now. */
export const viewOf = (office: Office, change: Change): ChangeView => {
  const { ledger, inventories } = office;
  const plan = 'plan' in change.state ? (planByHash(ledger, change.state.plan) ?? null) : null;
  const name = plan?.name ?? nameOfTarget(inventories(), change.target);
  return { change, plan, name, people: allPeople(ledger), standIns: standInsNow(ledger), now: ledger.now() };
};
