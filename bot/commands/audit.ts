import type { AuditPage, AuditRecord } from '#db/audit/query';
import { personById } from '#db/ledger/people';
import type { Json } from '#policies/json';
import { atLeast, type Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { type AuditRow, auditCard } from '../cards/history.ts';
import type { Asking, Command } from './command.ts';
import { withDoubt } from './doubt.ts';
import { findChange } from './find-change.ts';
import { findGuest } from './find-target.ts';
import { NAMED, OPTIONAL, option } from './option.ts';

/** Records a page has; what chats show of the rest is a page away. */
const PAGE = 15;

type Filter = Omit<AuditPage, 'limit'>;

const before = (text: string): Result<Filter, Refusal> => {
  const seq = Number(text);
  if (Number.isSafeInteger(seq) && seq > 0) return ok({ before: seq });
  return no({ no: 'bad-argument', command: 'audit', argument: 'before', expected: 'record' });
};

const KEY = /^([a-z0-9-]+\/(node:)?[a-zA-Z0-9-]+|rules|person:[a-z0-9-]+)$/;

/** What one word narrows to: `before=N`, a change as #N, a person, or else a guest. */
const narrow = (asking: Asking, word: string): Result<Filter, Refusal> => {
  const { office, person, sight } = asking;
  if (word.startsWith('before=')) return before(word.slice('before='.length));
  if (word.startsWith('#')) {
    const change = findChange(asking, word);
    return change.ok ? ok({ change: change.value.id }) : change;
  }
  if (sight.whole ? personById(office.ledger, word) : word === person.id) return ok({ person: word });
  const guest = findGuest(sight.inventories(), word);
  if (guest.ok) return ok({ target: `${guest.value.inventory.site}/${guest.value.guest.vmid}` });
  return KEY.test(word) && sight.seesKey(word) ? ok({ target: word }) : guest;
};

/** Who did something, as people read it. */
export const actorText = ({ actor }: Pick<AuditRecord, 'actor'>): string => {
  if ('person' in actor) return actor.person;
  const [[kind, name] = ['', '']] = Object.entries(actor);
  return kind === 'account' ? String(name) : `${kind} ${String(name)}`;
};

/** What people see of the facts: the few that say what happened; the whole record is in the export. */
const TOLD = ['no', 'action', 'from', 'to', 'next', 'why', 'person', 'count'] as const;

/** The person that a record is about: named by id, or written down whole. */
const whoOf = (fact: Json | undefined): Json | undefined =>
  typeof fact === 'object' && fact !== null && 'id' in fact ? fact['id'] : fact;

/** What somebody typed, perhaps in private and by mistake, is for them and for admins. */
const factsFor = (reader: Person, { actor }: AuditRecord): readonly string[] => {
  const own = 'person' in actor && actor.person === reader.id;
  return own || atLeast(reader.role, 'admin') ? [...TOLD, 'line'] : TOLD;
};

const row = (reader: Person, record: AuditRecord): AuditRow => {
  const { seq, at, kind, target, facts } = record;
  const told = factsFor(reader, record).flatMap((name) => {
    const value = name === 'person' ? whoOf(facts[name]) : facts[name];
    return typeof value === 'string' || typeof value === 'number' ? [`${name}=${value}`] : [];
  });
  return {
    seq,
    at,
    kind,
    actor: actorText(record),
    rest: [target, ...told]
      .filter(Boolean)
      .map((text) => ` ${text}`)
      .join(''),
  };
};

/** `/audit`, `/audit 101`, `/audit #42`, `/audit ada`, each also with before=N. */
export const audit: Command = {
  name: 'audit',
  usage: 'audit [GUEST|#CHANGE|PERSON] [before=N]',
  options: [option('about', 'guest', OPTIONAL), option('before', 'text', NAMED)],
  who: 'viewer',
  scoped: true,
  run: (asking, words) => {
    let filter: Filter = {};
    for (const word of words) {
      const narrowed = narrow(asking, word);
      if (!narrowed.ok) return narrowed;
      filter = { ...filter, ...narrowed.value };
    }
    const records = asking.sight.audit({ ...filter, limit: PAGE });
    const last = records.at(-1);
    const older = last && records.length === PAGE && last.seq > 1 ? last.seq : null;
    const args = words.filter((word) => !word.startsWith('before=')).join(' ');
    const rows = records.map((record) => row(asking.person, record));
    return ok(withDoubt(asking, auditCard(asking.words, rows, args, older)));
  },
};
