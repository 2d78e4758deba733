import type { ActionName } from '../../actions.ts';
import type { Need } from '../../change/vote.ts';
import type { PersonId } from '../../ids.ts';
import type { Risk } from '../../risk.ts';

/** What looks wrong in a rule file that is right as far as each part goes. Facts only; times in ms. */
export type Finding =
  /** No request of the catalogue fits these fields at once. */
  | { readonly lint: 'never-matches'; readonly rule: string; readonly fields: readonly string[] }
  /** Whatever it matches `by` matches, asking for as much; `unless`: fields whose being unknown it alone looks at. */
  | {
      readonly lint: 'shadowed';
      readonly rule: string;
      readonly by: string;
      readonly unless: readonly string[];
    }
  /** These people may ask, and without them nobody is left to agree. */
  | {
      readonly lint: 'cannot-be-met';
      readonly rules: readonly string[];
      readonly needs: readonly Need[];
      readonly requesters: readonly PersonId[];
    }
  | { readonly lint: 'unknown-member'; readonly group: string; readonly person: PersonId }
  /** Nobody of the group has access. */
  | { readonly lint: 'nobody-in-group'; readonly group: string }
  /** Those who have access have no chat account. */
  | { readonly lint: 'nobody-linked'; readonly group: string }
  /** A viewer could agree to changes as a member. */
  | { readonly lint: 'viewer-approves'; readonly group: string; readonly person: PersonId }
  | { readonly lint: 'look-alike'; readonly people: readonly PersonId[] }
  /** Both may apply to one request, and their windows are never open together. */
  | { readonly lint: 'windows-apart'; readonly rules: readonly string[]; readonly windows: readonly string[] }
  | {
      readonly lint: 'expires-beyond-window';
      readonly rule: string;
      readonly expires: number;
      readonly lasts: number;
    }
  /** A vote can be too old when the window opens, up to `waits` later. */
  | {
      readonly lint: 'votes-grow-stale';
      readonly rule: string;
      readonly holds: number;
      readonly waits: number;
    }
  /** Nobody else agrees, and no rule says that this is a site with one admin. */
  | {
      readonly lint: 'dangerous-allow';
      readonly rules: readonly string[];
      readonly actions: readonly ActionName[];
      readonly risk: Risk;
    }
  | { readonly lint: 'alone-among-admins'; readonly rule: string; readonly admins: readonly PersonId[] }
  /** It looks at a tag and asks for nothing: an ordinary tag cannot grant. */
  | { readonly lint: 'only-tags'; readonly rule: string }
  /** No rule lets anybody there is change these rules, or nobody else could agree. */
  | { readonly lint: 'rules-locked' };

/** Somebody there is, and whether a chat account is linked to them. */
export type LinkedPerson = { readonly id: PersonId; readonly linked: boolean };
