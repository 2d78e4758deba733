import type { Account } from '#policies/person';
import type { Card } from './card.ts';
import type { Dropped, Intent, MissedPress } from './intent.ts';

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

/** What a platform tells beside intents. What throws was not kept, and is told again where the platform can. */
export type Notes = {
  /** Somebody pressed a button and it came to nothing. */
  missed(press: MissedPress): void;
  /** A chat has a new id. */
  moved(chat: string, to: string): void;
  /** What is said privately, where that can be, to somebody whose event is dropped; `locale` as in an intent. */
  dropped(to: Pick<Intent, 'account' | 'locale'>, why: Dropped['dropped']): Card;
};

/** One row of the menu a platform shows. `unseen`: it counts only where nobody else reads what is typed. */
export type MenuRow = { readonly command: string; readonly description: string; readonly unseen: boolean };

/** The menu in each language; the first is for people whose language has none of its own. */
export type Menus = ReadonlyMap<string, readonly MenuRow[]>;

/** A chat platform, or the terminal. One folder implements it; delivery and dispatch know only this. */
export type Chat = {
  readonly platform: string;
  readonly limits: Limits;
  /** Begins to receive; resolves when the platform is reachable, rejects with a clear error when it can never be. */
  start(sink: Sink, notes: Notes): Promise<void>;
  /** Shows the menu of commands in the platform's own way. */
  menu(menus: Menus): Promise<void>;
  /** May cards stand in this chat? Not in one that was taken out of the configuration. */
  serves(chat: string): boolean;
  post(chat: string, card: Card): Promise<Sent>;
  edit(ref: CopyRef, card: Card): Promise<Sent>;
  /** Writes to somebody privately who did not ask; `gone` where that account cannot be written to. */
  tell(account: Account, card: Card): Promise<Sent>;
  /** The one private answer to an intent: a toast where the card is a single line, otherwise a private message. */
  whisper(intent: Intent, card: Card): Promise<Sent>;
  stop(): Promise<void>;
};
