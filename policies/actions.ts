import { z } from 'zod';
import { row } from './action-row.ts';
import { GuestSettings } from './guest-settings.ts';
import { NodeName } from './ids.ts';
import { OWN_ACTIONS } from './own-actions.ts';
import { DiskName, SnapshotName, StorageName } from './proxmox-names.ts';
import { ScriptRequest } from './script-request.ts';
import type { OwnTarget } from './target.ts';
import { UndoArgs } from './undo-args.ts';

const none = z.strictObject({});

const flag = z.stringbool();

/**
 * THE catalogue: everything that can be asked for. Adding an action is one row here and one file in worker/actions.
 * Proxmox facts: https://pve.proxmox.com/pve-docs/api-viewer/
 */
export const ACTIONS = {
  'guest.start': row({
    command: 'start',
    target: 'guest',
    positional: [],
    args: none,
    risk: 'low',
    who: 'operator',
  }),
  'guest.shutdown': row({
    command: 'shutdown',
    target: 'guest',
    positional: [],
    args: none,
    risk: 'medium',
    who: 'operator',
  }),
  'guest.reboot': row({
    command: 'reboot',
    target: 'guest',
    positional: [],
    args: none,
    risk: 'medium',
    who: 'operator',
  }),
  'guest.stop': row({
    command: 'stop',
    target: 'guest',
    positional: [],
    args: none,
    risk: 'high',
    who: 'operator',
  }),
  'guest.suspend': row({
    command: 'suspend',
    target: 'guest',
    positional: [],
    args: none,
    risk: 'medium',
    who: 'operator',
  }),
  'guest.resume': row({
    command: 'resume',
    target: 'guest',
    positional: [],
    args: none,
    risk: 'low',
    who: 'operator',
  }),
  'snapshot.create': row({
    command: 'snapshot',
    target: 'guest',
    positional: ['name'],
    args: z.strictObject({ name: SnapshotName, ram: flag.default(false) }),
    risk: 'low',
    who: 'operator',
  }),
  'snapshot.delete': row({
    command: 'snapshot_delete',
    target: 'guest',
    positional: ['name'],
    args: z.strictObject({ name: SnapshotName }),
    risk: 'high',
    who: 'operator',
  }),
  'snapshot.rollback': row({
    command: 'rollback',
    target: 'guest',
    positional: ['name'],
    args: z.strictObject({ name: SnapshotName, start: flag.default(false) }),
    risk: 'high',
    who: 'operator',
  }),
  'backup.create': row({
    command: 'backup',
    target: 'guest',
    positional: ['storage'],
    args: z.strictObject({
      storage: StorageName,
      mode: z.enum(['snapshot', 'suspend', 'stop']).default('snapshot'),
    }),
    risk: 'low',
    who: 'operator',
  }),
  'config.set': row({
    command: 'set',
    target: 'guest',
    positional: [],
    args: GuestSettings,
    risk: 'medium',
    who: 'operator',
  }),
  'disk.grow': row({
    command: 'disk_grow',
    target: 'guest',
    positional: ['disk', 'by'],
    args: z.strictObject({
      disk: DiskName,
      by: z.string().regex(/^\+?\d{1,6}[MGT]$/),
    }),
    risk: 'medium',
    who: 'operator',
  }),
  'guest.migrate': row({
    command: 'migrate',
    target: 'guest',
    positional: ['node'],
    args: z.strictObject({ node: NodeName }),
    risk: 'medium',
    who: 'operator',
  }),
  'guest.destroy': row({
    command: 'destroy',
    target: 'guest',
    positional: [],
    args: z.strictObject({ purge: flag.default(false) }),
    risk: 'critical',
    who: 'admin',
  }),
  'host.recipe': row({
    command: 'recipe',
    target: 'node',
    positional: ['recipe'],
    args: z.strictObject({
      recipe: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
    }),
    risk: 'medium',
    who: 'operator',
  }),
  /** What a script of the node's catalogue changed in its rehearsal, exactly; the risk of the plan is that of what it does. */
  'host.script': row({
    command: 'script',
    target: 'node',
    positional: ['script'],
    args: ScriptRequest,
    risk: 'medium',
    who: 'operator',
  }),
  /** Puts what is pending of the node's network in force (PVE: "Apply Configuration"), under a dead man. */
  'network.apply': row({
    command: 'network',
    target: 'node',
    positional: [],
    args: none,
    risk: 'high',
    who: 'admin',
    subsystem: 'network',
  }),
  'node.service-restart': row({
    command: 'restart',
    target: 'node',
    positional: ['service'],
    args: z.strictObject({
      service: z.string().regex(/^[a-zA-Z][a-zA-Z0-9@_.-]{0,63}$/),
    }),
    risk: 'medium',
    who: 'admin',
  }),
  'node.reboot': row({
    command: 'reboot_node',
    target: 'node',
    positional: [],
    args: none,
    risk: 'high',
    who: 'admin',
  }),
  'change.undo': row({
    command: 'undo',
    target: 'change',
    positional: [],
    args: UndoArgs,
    risk: 'medium',
    who: 'operator',
  }),
  ...OWN_ACTIONS,
} as const;

/** Name of a row of the catalogue, such as `guest.stop`. */
export type ActionName = keyof typeof ACTIONS;

/** A row that is about Quorate itself: its ledger carries it out, and no worker. */
export type OwnAction = {
  [N in ActionName]: (typeof ACTIONS)[N]['target'] extends OwnTarget['kind'] ? N : never;
}[ActionName];

/** The kind of target of a row that is about Quorate itself; null for one that is about a host. */
export const ownKindOf = (action: ActionName): OwnTarget['kind'] | null => {
  const kind: string = ACTIONS[action].target;
  return kind === 'rules' || kind === 'person' ? kind : null;
};

/** Is this row about Quorate itself? */
export const isOwnAction = (action: ActionName): action is OwnAction => ownKindOf(action) !== null;

const names = Object.keys(ACTIONS);
/** Reads an action's name; anything that is no row of the catalogue is refused. */
export const ActionName = z.custom<ActionName>(
  (value) => names.some((name) => name === value),
  'an action of the catalogue, such as guest.stop',
);

/** The name of an argument that people can type. It is the same thing wherever it is one. */
export type ArgumentName = {
  [N in Exclude<ActionName, 'change.undo'>]: Named<keyof ActionArgs<N> & string>;
}[Exclude<ActionName, 'change.undo'>];

/** Nothing for a row without arguments, whose keys could be any text. */
type Named<K extends string> = string extends K ? never : K;

/** A row's arguments as its schema gives them. */
export type ActionArgs<N extends ActionName> = z.infer<(typeof ACTIONS)[N]['args']>;
