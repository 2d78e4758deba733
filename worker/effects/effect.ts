import type { Effect } from '#policies/effect';
import type { Failure, Lost } from '#policies/outcome';

/** How an effect ended. `lost`: it was sent and nobody can say what became of it. */
export type Ended =
  | { readonly did: 'done'; readonly upid: string | null }
  | { readonly did: 'failed'; readonly failure: Failure; readonly upid: string | null }
  | { readonly did: 'lost'; readonly why: Lost; readonly upid: string | null };

/** What looking afterwards found; `nothing`: the effect never happened. */
export type Found = Ended | { readonly did: 'nothing' };

/** What the journal knows of an effect that may have been sent: its task's number, and when it was begun (ms). */
export type Trace = { readonly upid: string | null; readonly since: number };

/** Hears the number of an effect's task as soon as Proxmox gave it. */
export type OnTask = (upid: string) => void;

/**
 * One kind of effect. `apply` sends it, once, and follows it to its end. `look` finds out by looking alone whether it
 * happened. `invert` is the effect that takes it back, or null where none does.
 */
export type Kind<E extends Effect, C> = {
  readonly apply: (context: C, effect: E, onTask: OnTask) => Promise<Ended>;
  readonly look: (context: C, effect: E, trace: Trace) => Promise<Found>;
  readonly invert: (effect: E) => E | null;
};
