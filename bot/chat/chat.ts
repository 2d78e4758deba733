import type { Down } from '#db/ledger/platforms-down';
import type { Account } from '#policies/person';
import type { Card } from './card.ts';
import type { Dropped, Intent, Missed, Place } from './intent.ts';

/** Where one copy of a card landed. */
export type CopyRef = { readonly platform: string; readonly chat: string; readonly message: string };

/**
 * What became of one attempt to post or edit. `unknown`: the request went out and no answer came, so the message may
 * exist. `gone`: the message or chat is not there any more. `moved`: the chat has a new id.
 */
export type Sent =
  | { readonly sent: 'ok'; readonly ref: CopyRef }
  | { readonly sent: 'wait'; readonly ms: number }
  | { readonly sent: 'moved'; readonly chat: string }
  | { readonly sent: 'gone' }
  | { readonly sent: 'refused'; readonly why: string }
  | { readonly sent: 'unknown'; readonly why: string };

/** At most `count` messages and edits in any `windowMs`, counted for each chat or for all of them together. */
export type Pace = { readonly per: 'chat' | 'all'; readonly count: number; readonly windowMs: number };

/** What differs between platforms, as data; neutral code asks these and never a name. */
export type Limits = {
  /** Longest text of a message, in the platform's own unit (UTF-16 units). */
  readonly text: number;
  /** Longest private toast. */
  readonly toast: number;
  /** Most diff lines shown in the card itself. */
  readonly diffLines: number;
  /** Least time between two edits of one message (ms). */
  readonly editEvery: number;
  /** Can a post whose answer was lost be tried again without a second message? Else a first post promises nothing. */
  readonly postsOnce: boolean;
  /** What is taken in a time: beyond it the platform only says how long to wait. */
  readonly pace: readonly Pace[];
  /** Can files go along? Without it a plan whose diff does not fit gets no approve button. */
  readonly files: boolean;
};

/** How much of a diff stands in a card there: three quarters of a message, the rest is for what must be read besides. */
export const roomOf = ({ text, diffLines, files }: Limits) => ({
  lines: diffLines,
  text: Math.floor((text * 3) / 4),
  files,
});

/** Durably takes one intent; resolves when it is stored, so that the platform may be told. */
export type Sink = (intent: Intent) => Promise<void>;

/** Somebody fills a field of a command: who, where, what stands there so far. Nothing was asked yet, and nothing is kept. */
export type Filling = {
  readonly account: Account;
  readonly place: Place;
  readonly command: string;
  readonly option: string;
  readonly typed: string;
};

/** What may stand in a field: how people see it, and what is typed for it. */
export type Suggested = { readonly label: string; readonly value: string };

/** What a platform tells beside intents. What throws was not kept, and is told again where the platform can. */
export type Notes = {
  /** What this person could mean, the likeliest first; nothing for strangers and nothing that they may not see. */
  suggest?(filling: Filling): readonly Suggested[];
  /** Somebody pressed a button, or typed what may be a command, and it came to nothing. */
  missed(missed: Missed): void;
  /** A chat has a new id. */
  moved(chat: string, to: string): void;
  /** What is said privately, where that can be, to somebody whose event is dropped; `locale` as in an intent. */
  dropped(to: Pick<Intent, 'account' | 'locale'>, why: Dropped['dropped']): Card;
};

/** What stands in a field. Guests, nodes, changes and people can be completed by {@link Notes.suggest}. */
export type OptionKind = 'guest' | 'node' | 'change' | 'person' | 'choice' | 'text';

/** A field of a command, for platforms that have forms instead of lines. `choices`: all that may stand there, if few. */
export type MenuOption = {
  readonly name: string;
  readonly description: string;
  readonly kind: OptionKind;
  readonly required: boolean;
  readonly choices: readonly string[];
};

/**
 * One row of the menu a platform shows. `unseen`: it counts only where nobody else reads what is typed. `options` in the order in
 * which they are asked for, required ones first.
 */
export type MenuRow = {
  readonly command: string;
  readonly description: string;
  readonly unseen: boolean;
  readonly options?: readonly MenuOption[];
};

/** The menu in each language; the first is for people whose language has none of its own. */
export type Menus = ReadonlyMap<string, readonly MenuRow[]>;

/** A chat platform, or the terminal. One folder implements it; delivery and dispatch know only this. */
export type Chat = {
  readonly platform: string;
  readonly limits: Limits;
  /** Begins to receive; resolves when the platform is reachable, rejects with a clear error when it can never be. */
  start(sink: Sink, notes: Notes): Promise<void>;
  /** How it does not hear people as it should; null while it does. */
  down(): Down | null;
  /** Shows the menu of commands in the platform's own way. */
  menu(menus: Menus): Promise<void>;
  /** May cards stand in this chat? Not in one that was taken out of the configuration. */
  serves(chat: string): boolean;
  /** `once` names this very post: a platform that can finds by it what an attempt left whose answer was lost. */
  post(chat: string, card: Card, once?: string): Promise<Sent>;
  edit(ref: CopyRef, card: Card): Promise<Sent>;
  /** Writes to somebody privately who did not ask; `gone` where that account cannot be written to. */
  tell(account: Account, card: Card): Promise<Sent>;
  /** The one private answer to an intent: a toast where the card is a single line, otherwise a private message. */
  whisper(intent: Intent, card: Card): Promise<Sent>;
  stop(): Promise<void>;
};
