import { personById } from '#db/ledger/people';
import type { ActionName } from '#policies/actions';
import { ACTIONS } from '#policies/actions';
import { PersonId } from '#policies/ids';
import type { Json } from '#policies/json';
import { Role } from '#policies/person';
import { readWith } from '#policies/read-with';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { readScope } from '#policies/scope-text';
import { readArguments } from './arguments.ts';
import { propose } from './ask.ts';
import type { Answer, Asking, Command } from './command.ts';
import { choice, NAMED, OPTIONAL, option, PERSON, REASON } from './option.ts';
import { takeReason } from './reason.ts';

type PersonAction = Extract<ActionName, `person.${string}`>;
type Params = { readonly [name: string]: Json };

/** The person who has this id; a name is nobody's, since several may have it. */
export const findPerson = ({ office }: Asking, text: string) => {
  const person = personById(office.ledger, text);
  return person ? ok(person) : no({ no: 'no-such-person', person: text } as const);
};

const proposeOf = (
  asking: Asking,
  action: PersonAction,
  wish: { readonly person: PersonId; readonly params: Params; readonly reason: string | null },
): Answer =>
  propose(asking, {
    action,
    target: { kind: 'person', person: wish.person },
    params: wish.params,
    reason: wish.reason,
    runAt: null,
    node: null,
    undoes: null,
    worker: null,
  });

type Read = (asking: Asking, words: readonly string[]) => Result<Params, Refusal>;

const asArguments =
  (action: PersonAction): Read =>
  (_, words) => {
    const { command, positional, args } = ACTIONS[action];
    const read = readArguments({ command, positional, args }, words);
    // What the catalogue's schemas give is plain JSON.
    return read.ok ? ok(read.value as Params) : read;
  };

const listed = (words: readonly string[], name: string): readonly string[] =>
  words
    .filter((word) => word.startsWith(`${name}=`))
    .flatMap((word) => word.slice(name.length + 1).split(','));

/** `everything`, or any of `pool=web,db` and `guest=101,200-209`. */
const asScope: Read = ({ sight }, words) => {
  const bad = (argument: string, expected: 'scope' | 'site') =>
    no({ no: 'bad-argument', command: 'scope', argument, expected } as const);
  const [first] = words;
  if (first === undefined) return no({ no: 'missing-argument', command: 'scope', argument: 'scope' });
  if (words.length === 1 && first === 'everything') return ok({ scope: 'everything' });
  const strange = words.find((word) => !/^(pool|guest)=./.test(word));
  if (strange !== undefined) return bad(strange, 'scope');
  const sites = sight.inventories().map(({ site }) => site);
  const read = readScope({ pools: listed(words, 'pool'), guests: listed(words, 'guest') }, sites);
  if (!read.ok) return bad(read.error.text, read.error.expected === 'site' ? 'site' : 'scope');
  return ok({ scope: { pools: [...read.value.pools], guests: [...read.value.guests] } });
};

const askedOf =
  (action: PersonAction, read: Read, find: (asking: Asking, text: string) => Result<PersonId, Refusal>) =>
  (asking: Asking, [text, ...rest]: readonly string[]): Answer => {
    const { command } = ACTIONS[action];
    if (text === undefined) return no({ no: 'missing-argument', command, argument: 'person' });
    const person = find(asking, text);
    if (!person.ok) return person;
    const { reason, words } = takeReason(command, rest);
    if (!reason.ok) return reason;
    const params = read(asking, words);
    return params.ok
      ? proposeOf(asking, action, { person: person.value, params: params.value, reason: reason.value })
      : params;
  };

const existing = (asking: Asking, text: string): Result<PersonId, Refusal> => {
  const person = findPerson(asking, text);
  return person.ok ? ok(person.value.id) : person;
};

const newcomer = (_: Asking, text: string): Result<PersonId, Refusal> => {
  const id = readWith(PersonId, text);
  return id.success
    ? ok(id.data)
    : no({ no: 'bad-argument', command: 'people', argument: text, expected: 'person' });
};

/** `/people add kim viewer`: asks that there be somebody new. */
export const addPerson = askedOf('person.add', asArguments('person.add'), newcomer);

type Typed = Required<Pick<Command, 'usage' | 'options'>>;

const row = (action: PersonAction, typed: Typed, read: Read): Command => ({
  name: ACTIONS[action].command,
  ...typed,
  who: ACTIONS[action].who,
  run: askedOf(action, read, existing),
});

const ROLE = choice('role', Role.options, { named: true });
const SCOPE = [
  choice('everything', ['everything'], OPTIONAL),
  option('pool', 'text', NAMED),
  option('guest', 'text', NAMED),
];

/** What a person may, as changes that others agree to. */
export const ACCESS: readonly Command[] = [
  row(
    'person.role',
    { usage: 'role PERSON viewer|operator|admin', options: [PERSON, ROLE, REASON] },
    asArguments('person.role'),
  ),
  row(
    'person.scope',
    { usage: 'scope PERSON everything | pool=POOL,… guest=ID,ID-ID,…', options: [PERSON, ...SCOPE, REASON] },
    asScope,
  ),
  row('person.enable', { usage: 'enable PERSON', options: [PERSON, REASON] }, asArguments('person.enable')),
];
