import type { AuditActor } from '#db/audit/event';
import type { Account, Person, Role } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import type { Result } from '#policies/result';
import type { Words } from '../cards/words.ts';
import type { Card } from '../chat/card.ts';
import type { Place } from '../chat/intent.ts';
import type { Office } from '../office.ts';
import type { Sight } from './sight.ts';

/** Who said something, where, and the words to answer with. `now` in ms. */
export type Asking = {
  readonly office: Office;
  readonly person: Person;
  /** What this person may see: the way to guests, changes and the audit. */
  readonly sight: Sight;
  readonly account: Account;
  readonly place: Place;
  /** Nobody else could read what was typed. */
  readonly unseen: boolean;
  readonly actor: AuditActor;
  readonly words: Words;
  readonly now: number;
};

/** A private answer, or why there is none. */
export type Answer = Result<Card, Refusal>;

/** One command. Help and every platform's menu are made from the table of these. */
export type Command = {
  readonly name: string;
  /** How it is typed, without the slash: "guest ID". */
  readonly usage: string;
  /** Least role that may use it; a command that asks for a change is judged by the rules besides. */
  readonly who: Role;
  /** It shows and does nothing beyond the asker's sight. Without this mark nobody may use it who is bound to some guests. */
  readonly scoped?: true;
  /** It holds a secret: typed where others read it, it is refused. */
  readonly unseen?: true;
  readonly run: (asking: Asking, args: readonly string[]) => Answer;
};
