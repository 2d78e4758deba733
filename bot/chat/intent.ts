import type { Account } from '#policies/person';

/** Where something was said: the platform, its id of the chat there, and whether that chat is this person's alone with us. */
export type Place = { readonly platform: string; readonly chat: string; readonly private: boolean };

/**
 * One thing a person did, in any chat: typed a line or pressed a button. `event` is the platform's own id of it and the
 * key against redelivery. `reply` is what the platform needs to answer this very event privately (opaque to all others).
 */
export type Intent = {
  readonly event: string;
  readonly account: Account;
  readonly place: Place;
  readonly at: number;
  readonly locale: string | null;
  readonly does: Line | Press;
  readonly reply: string;
};

/**
 * `unseen`: nobody but this person and us can read what was typed: in a private chat, or a command that the platform shows to
 * nobody else. Secrets count only there.
 */
type Line = { readonly what: 'line'; readonly text: string; readonly unseen: boolean };

/** `message` is the platform's id of the message that the button hangs on. */
type Press = { readonly what: 'press'; readonly token: string; readonly message: string };

/** Did nobody else read it? A press tells nothing that could be read. */
export const isUnseen = ({ does }: Intent): boolean => does.what === 'press' || does.unseen;

/**
 * Why an update is no intent; logged, never answered in the group. What a person tried with it is {@link Missed} too.
 * `guest`: no full member; `foreign`: of another workspace; `unverified`: the platform could not be asked who it is.
 */
export type Dropped = {
  readonly dropped:
    | 'bot'
    | 'anonymous'
    | 'channel'
    | 'forwarded'
    | 'edited'
    | 'not-a-command'
    | 'other-bot'
    | 'chat-not-allowed'
    | 'guest'
    | 'foreign'
    | 'unverified'
    | 'vote-by-text'
    | 'malformed';
};

/** What became no intent although it is known who pressed or typed it. `chat` null: where is not known. */
export type Missed = {
  readonly event: string;
  readonly account: Account;
  readonly chat: string | null;
  readonly why: Dropped['dropped'];
  readonly did: { readonly what: 'press' } | Line;
};
