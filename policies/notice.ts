import type { ChangeId, SiteId } from './ids.ts';
import type { Mode } from './mode.ts';
import type { RulesEffect } from './review/rules-effect.ts';

/** One thing wrong with the rule file: where, its line, what was expected. */
type Complaint = { readonly at: string; readonly line: number | null; readonly expected: string };

/** What people are told once, besides the cards of changes. Facts only: the words are in bot/cards. */
export type Notice =
  /** The edited file is at least as strict as what held before, and holds now. */
  | { readonly notice: 'rules-in-force'; readonly digest: string; readonly effect: RulesEffect }
  /** The first rules that could be read, after those that are built in. */
  | { readonly notice: 'rules-first'; readonly digest: string }
  /** The edited file loosens something, so it waits until people agree. */
  | { readonly notice: 'rules-waiting'; readonly digest: string; readonly effect: RulesEffect }
  /** The file cannot be read; what held before goes on. */
  | { readonly notice: 'rules-broken'; readonly complaints: readonly Complaint[] }
  /** Somebody confirmed that an account is theirs, as an admin had said. */
  | {
      readonly notice: 'account-linked';
      readonly account: string;
      readonly person: string;
      readonly by: string;
    }
  /** An admin took all access from somebody. */
  | {
      readonly notice: 'person-disabled';
      readonly person: string;
      readonly by: string;
      readonly reason: string;
    }
  /** An admin made the mode more careful, of a site or of everything (null): it holds at once. */
  | {
      readonly notice: 'mode-tightened';
      readonly site: SiteId | null;
      readonly mode: Mode;
      readonly by: string;
      readonly reason: string;
    }
  /** The file says again what is in force. */
  | { readonly notice: 'rules-as-before'; readonly digest: string }
  | GlassNotice;

/** A change was started without the missing votes; the review of that is overdue, or written. */
export type GlassNotice = {
  readonly notice: 'glass-broken' | 'review-overdue' | 'review-written';
  readonly change: ChangeId;
};
