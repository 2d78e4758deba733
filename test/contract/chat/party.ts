import type { Chat } from '#bot/chat/chat';
import type { Account } from '#policies/person';

/** A message in a chat as people see it now. `id` is the platform's, as a `CopyRef` names it. */
export type Shown = {
  readonly id: string;
  /** As a client draws it: markup that the platform understands is not in it, nor what nobody sees; all else is. */
  readonly text: string;
  /** Everything in it that rings at somebody or leads somewhere: mentions, links, commands, tags. */
  readonly live: readonly string[];
  readonly buttons: readonly string[];
  readonly files: readonly { readonly name: string; readonly text: string }[];
};

/** What may befall the next request that posts, that edits, or that sends a file: see {@link Party.fault}. */
export type Fault =
  /** Too many requests; wait so many seconds. */
  | { readonly fault: 'wait'; readonly seconds: number }
  /** An error of the server's: nothing was done, or it was done all the same. */
  | { readonly fault: 'broken'; readonly when: 'before' | 'after' }
  /** The connection ends without an answer. */
  | { readonly fault: 'dropped'; readonly when: 'before' | 'after' };

/**
 * A platform for the suite of the port: the real client in `chat`, over real sockets to a fake server in test/fake. It has one
 * room that is configured, and people in it, by name: `ada` and `omar`, of whom `omar` can be written to privately and `mute`
 * cannot. What the bot cannot tell apart on a platform the suite does not ask; a tool that is null is one that the
 * platform has no use for.
 */
export type Party = {
  readonly chat: Chat;
  /** The configured room, and one that is not configured, as neutral code names them. */
  readonly room: string;
  readonly elsewhere: string | null;
  /** Whom the bot cannot write to privately unasked. */
  readonly mute: 'mute' | null;
  /** Types a command in the room, in the platform's own way; `line` as neutral code reads it: "/stop 101". */
  readonly says: (name: string, line: string) => void;
  /** The same where nobody else can read what was typed. */
  readonly mutters: (name: string, line: string) => void;
  /** Presses a button by its label, or one that is not there by a forged token. */
  readonly presses: (
    name: string,
    message: string,
    button: { readonly label: string } | { readonly forged: string },
  ) => void;
  /** The platform delivers once more what it delivered last. */
  readonly repeats: (() => void) | null;
  /** How many events the platform delivered and still waits to hear of. */
  readonly unacknowledged: (() => number) | null;
  /** Somebody who must never count acts in the room: what this platform knows of {anonymous admin, webhook, bot, stranger}. */
  readonly impostors: readonly { readonly who: string; readonly act: () => void }[];
  readonly shown: (chat: string) => readonly Shown[];
  /** Everything that this person alone was shown, in order: toasts, ephemeral and direct messages. */
  readonly told: (name: string) => readonly string[];
  /** The account of a person, as intents name it. */
  readonly account: (name: string) => Account;
  readonly fault: ((of: 'post' | 'edit' | 'file', fault: Fault) => void) | null;
  /** How many cards there are at most where the answer to a post was lost and it is posted again: the platform's minimum. */
  readonly cardsAfterLoss: 1 | 2;
  /** Takes a message out of the room, as its admins can. */
  readonly deletes: ((message: string) => void) | null;
  /** Cuts the connection that events come over; the client comes back by itself. */
  readonly cuts: (() => void) | null;
  /** All secrets of this platform: none may ever be logged. */
  readonly secrets: readonly string[];
  readonly logged: () => readonly string[];
  /** Resolves when `check` holds; rejects after some seconds. */
  readonly until: (check: () => boolean) => Promise<void>;
  /** Stops the chat, if it still runs, and the server. */
  readonly close: () => Promise<void>;
};

/** Opens a party anew for each test; its chat is not started. */
export type OpenParty = () => Promise<Party>;
