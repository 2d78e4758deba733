import { z } from 'zod';
import { Check } from './check.ts';
import { ChangeId, PersonId } from './ids.ts';
import { Risk } from './risk.ts';
import { SCRIPT_REFUSALS } from './script-refusal.ts';

/** Why a change has no way back. */
export const NoWayBack = z.enum([
  'data-is-gone',
  'cannot-shrink',
  'already-happened',
  'is-an-undo',
  'did-not-succeed',
  'quorate-itself',
]);
export type NoWayBack = z.infer<typeof NoWayBack>;

/** A change by what the worker that did it knows: `what` is a recipe's name or an action's. */
export const DoneChange = z.object({ change: ChangeId, what: z.string() });
export type DoneChange = z.infer<typeof DoneChange>;

/** The first of several changes that cannot be taken back, newest first: it has no way back, or `checks` stand against it. */
export const UndoStop = z.object({
  ...DoneChange.shape,
  why: NoWayBack.nullable(),
  checks: z.array(Check),
});
export type UndoStop = z.infer<typeof UndoStop>;

/** Every "no" a worker says, before it touched anything. Facts only; the words are in bot/cards. */
export const WorkerRefusal = z.discriminatedUnion('no', [
  z.object({ no: z.literal('checks-failed'), checks: z.array(Check) }),
  z.object({ no: z.literal('guest-not-found'), vmid: z.int() }),
  z.object({ no: z.literal('wrong-kind'), action: z.string(), kind: z.enum(['qemu', 'lxc']) }),
  z.object({ no: z.literal('nothing-to-do') }),
  z.object({ no: z.literal('unknown-recipe'), recipe: z.string(), known: z.array(z.string()) }),
  z.object({ no: z.literal('recipe-not-for-this-host'), recipe: z.string(), why: z.string() }),
  ...SCRIPT_REFUSALS,
  z.object({ no: z.literal('no-actor-token') }),
  z.object({ no: z.literal('forbidden-by-proxmox'), path: z.string(), privilege: z.string() }),
  z.object({ no: z.literal('proxmox-refused'), status: z.int(), message: z.string() }),
  z.object({ no: z.literal('proxmox-unreachable'), message: z.string() }),
  z.object({ no: z.literal('no-such-run'), change: z.string() }),
  z.object({
    no: z.literal('cannot-undo'),
    why: NoWayBack,
  }),
  /** Of several changes not even the newest can be taken back; `older` ones were not looked at. */
  z.object({ no: z.literal('undo-stopped'), stop: UndoStop, older: z.int().min(0) }),
  z.object({ no: z.literal('no-such-plan') }),
  z.object({
    no: z.literal('ticket'),
    why: z.enum(['signature', 'expired', 'other-plan', 'other-worker', 'used', 'malformed']),
  }),
  z.object({
    no: z.literal('node-policy'),
    rule: z.enum(['denied', 'frozen', 'too-few-votes', 'no-break-glass']),
    risk: Risk,
    needs: z.int(),
  }),
  /** The ticket wants it to be taken back unless it is kept, and nothing takes back these steps (from 0). */
  z.object({ no: z.literal('cannot-revert'), steps: z.array(z.int()) }),
  /** The ticket or the node wants a second factor, and no code of these people was accepted here for this plan. */
  z.object({ no: z.literal('no-second-factor'), people: z.array(PersonId) }),
  /** What the node permits is in a file that nobody can read or trust, so it permits nothing. */
  z.object({ no: z.literal('node-policy-unreadable'), why: z.string() }),
  z.object({
    no: z.literal('absolute'),
    rule: z.enum(['last-quorum-vote', 'only-backup', 'unasked-destroy', 'own-files']),
    fact: z.string(),
  }),
  /** `about` is of another site, or the files of another node, than `here`. */
  z.object({ no: z.literal('not-here'), about: z.string(), here: z.string() }),
  z.object({ no: z.literal('target-locked'), by: z.string() }),
  /** Something broke inside the worker before anything was touched; its log says more. */
  z.object({ no: z.literal('worker-broken'), message: z.string() }),
]);
export type WorkerRefusal = z.infer<typeof WorkerRefusal>;
