/** How a card looks at a glance; always said in words too, never by colour alone. */
export type Tone = 'waiting' | 'running' | 'good' | 'bad' | 'neutral' | 'unknown';

/**
 * One piece of a line. `text` is ours; `outside` came from a guest, a node or a person and is escaped, and stripped of
 * control, bidi and mention characters, by every renderer. `time` (ms) is drawn by the platform's own clock where it has one.
 */
export type Span =
  | { readonly span: 'text'; readonly text: string }
  | { readonly span: 'strong'; readonly text: string }
  | { readonly span: 'outside'; readonly text: string }
  | { readonly span: 'code'; readonly text: string }
  | { readonly span: 'time'; readonly at: number; readonly style: 'relative' | 'clock' };

/** One line of a card. */
export type Line = readonly Span[];

/** A button: `token` is an opaque id that the ledger looks up; it means nothing outside. */
export type Button = {
  readonly label: string;
  readonly token: string;
  readonly style: 'good' | 'danger' | 'plain';
};

/** A file that goes with a card. */
export type Attachment = { readonly name: string; readonly text: string; readonly sha256: string };

/**
 * What people see, before any platform. `lead` is the first line and the notification. `diff` is shown when it fits the
 * platform's limits; `attachment` always goes along when there is one. `must` lines are never cut; renderers cut `more`
 * first and say how many lines are missing.
 */
export type Card = {
  readonly tone: Tone;
  readonly lead: Line;
  readonly must: readonly Line[];
  readonly more: readonly Line[];
  readonly diff: string | null;
  readonly attachment: Attachment | null;
  readonly buttons: readonly (readonly Button[])[];
};
