import { grantsMore, isLastAdmin } from '#policies/access';
import { ACTIONS, type OwnAction } from '#policies/actions';
import type { PersonId } from '#policies/ids';
import type { OwnRefusal } from '#policies/own-refusal';
import type { Person } from '#policies/person';
import { no, ok, type Result } from '#policies/result';
import { scopeLine } from '#policies/scope-text';
import { digestOf } from '../../canonical.ts';
import { setAccess } from '../access.ts';
import type { Ledger } from '../ledger.ts';
import { allPeople, personById } from '../people.ts';
import type { Own, OwnChange } from './own.ts';

type PersonAction = Exclude<OwnAction, 'rules.change'>;

/** What a row makes of a person; `before` is undefined where nobody has this id yet. */
type Make = (change: OwnChange, before: Person | undefined) => Result<Person, OwnRefusal>;

const idOf = ({ target }: OwnChange): PersonId => {
  if (target.kind !== 'person') throw new Error('a change of a person is about something else');
  return target.person;
};

const changed =
  (change: (asked: OwnChange, before: Person) => Person): Make =>
  (asked, before) =>
    before ? ok(change(asked, before)) : no({ no: 'no-such-person', person: idOf(asked) });

const MAKES: { readonly [N in PersonAction]: Make } = {
  'person.add': (asked, before) => {
    if (before) return no({ no: 'person-exists', person: before.id });
    const { role } = ACTIONS['person.add'].args.parse(asked.params);
    const id = idOf(asked);
    return ok({ id, name: id, role, groups: [], scope: 'everything', locale: '', disabled: false });
  },
  'person.role': changed(({ params }, before) => ({
    ...before,
    ...ACTIONS['person.role'].args.parse(params),
  })),
  'person.scope': changed(({ params }, before) => ({
    ...before,
    ...ACTIONS['person.scope'].args.parse(params),
  })),
  'person.enable': changed((_, before) => ({ ...before, disabled: false })),
};

type Asked = { readonly before: Person | undefined; readonly after: Person };

const made = (ledger: Ledger, change: OwnChange): Result<Asked, OwnRefusal> => {
  const before = personById(ledger, idOf(change));
  if (change.action === 'rules.change') throw new Error('a change of the rules is about no person');
  const after = MAKES[change.action](change, before);
  if (!after.ok) return after;
  if (before && diffOf({ before, after: after.value }).length === 0) return no({ no: 'already-so' });
  if (isLastAdmin(after.value, allPeople(ledger))) return no({ no: 'last-admin' });
  return ok({ before, after: after.value });
};

const SHOWN: { readonly [key: string]: (person: Person) => string } = {
  role: ({ role }) => role,
  scope: ({ scope }) => scopeLine(scope),
  disabled: ({ disabled }) => String(disabled),
};

const diffOf = ({ before, after }: Asked) =>
  Object.entries(SHOWN)
    .map(([key, show]) => ({ key, before: before ? show(before) : null, after: show(after) }))
    .filter((row) => row.before !== row.after);

const adminsOf = (ledger: Ledger): string =>
  allPeople(ledger)
    .filter(({ role, disabled }) => role === 'admin' && !disabled)
    .map(({ id }) => id)
    .sort()
    .join(',');

/** A change of what one person may: planned as the rows of the ledger are before and after, at the highest risk where it grants anything. */
export const personChange: Own = {
  basis: (ledger, change) => {
    const { role, scope, disabled } = personById(ledger, idOf(change)) ?? {};
    const value =
      role === undefined
        ? ''
        : digestOf({ role, scope: scopeLine(scope ?? 'everything'), disabled: !!disabled });
    return [
      { of: `person ${idOf(change)}`, value },
      { of: 'admins', value: adminsOf(ledger) },
    ];
  },
  plan: (ledger, change) => {
    const asked = made(ledger, change);
    if (!asked.ok) return asked;
    const { before, after } = asked.value;
    return ok({
      name: after.id,
      effects: [{ kind: 'record', of: `person ${after.id}`, diff: diffOf(asked.value) }],
      risk: grantsMore(before, after) ? 'critical' : 'high',
    });
  },
  perform: (ledger, change, actor) => {
    const asked = made(ledger, change);
    if (!asked.ok)
      throw new Error(`what was agreed to of ${idOf(change)} is not so any more: ${asked.error.no}`);
    setAccess(ledger, asked.value.after, actor);
  },
};
