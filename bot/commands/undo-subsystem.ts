import { clockText } from '#policies/calendar/run-at';
import { momentSince, Since } from '#policies/calendar/since';
import type { Zone } from '#policies/calendar/zone';
import { readWith } from '#policies/read-with';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { zoneOf } from '#policies/rules/zone-of';
import { SUBSYSTEMS, Subsystem } from '#policies/subsystem';
import { propose } from './ask.ts';
import type { Asking, Command } from './command.ts';
import { findNode } from './find-target.ts';
import { onlyNode } from './nodes.ts';
import { choice, option, REASON } from './option.ts';
import { takeReason } from './reason.ts';
import { takeRunAt } from './run-at.ts';

const NAME = 'undo_subsystem';

const bad = (argument: string, expected: 'subsystem' | 'since'): Result<never, Refusal> =>
  no({ no: 'bad-argument', command: NAME, argument, expected });

const missing = (argument: string): Result<never, Refusal> =>
  no({ no: 'missing-argument', command: NAME, argument });

type Typed = { readonly subsystem: string; readonly node: string; readonly since: string };

/** `network on pve1 to yesterday`, with or without the small words; the node may be left out where there is only one. */
const typedOf = (asking: Asking, words: readonly string[]): Result<Typed, Refusal> => {
  const [subsystem, ...rest] = words.filter((word) => word !== 'on' && word !== 'to');
  const only = rest.length === 1 ? onlyNode(asking) : undefined;
  const [node, since] = only === undefined ? rest : [only, ...rest];
  if (subsystem === undefined) return missing('subsystem');
  if (node === undefined) return missing('node');
  return since === undefined ? missing('since') : ok({ subsystem, node, since });
};

/** A moment that is over (ms), and what the clocks of a zone read then. */
const sinceOf = (
  text: string,
  now: number,
  zone: Zone,
): Result<{ readonly since: number; readonly to: string }, Refusal> => {
  const read = readWith(Since, text);
  const since = read.success ? momentSince(read.data, now, zone) : now;
  return since < now ? ok({ since, to: clockText(since, zone) }) : bad('since', 'since');
};

/** Asks for what was done to a part of a node since a moment to be taken back: one plan, made by the worker of that node. */
export const undoSubsystem: Command['run'] = (asking, args) => {
  const { office, now, sight } = asking;
  const zone = zoneOf(office.authority.rules);
  const { reason, words: timed } = takeReason(NAME, args);
  if (!reason.ok) return reason;
  const { runAt, words } = takeRunAt(NAME, timed, { now, zone });
  if (!runAt.ok) return runAt;
  const typed = typedOf(asking, words);
  if (!typed.ok) return typed;
  const subsystem = readWith(Subsystem, typed.value.subsystem);
  if (!subsystem.success) return bad('subsystem', 'subsystem');
  const place = findNode(sight.inventories(), typed.value.node);
  if (!place.ok) return place;
  const since = sinceOf(typed.value.since, now, zone);
  if (!since.ok) return since;
  return propose(asking, {
    action: 'change.undo',
    target: { kind: 'node', ...place.value },
    node: place.value.node,
    params: { subsystem: subsystem.data, ...since.value },
    undoes: null,
    worker: null,
    reason: reason.value,
    runAt: runAt.value,
  });
};

/** `/undo_subsystem network pve1 yesterday`, for platforms with forms; `/undo subsystem network on pve1 to yesterday` is the same. */
export const undoSubsystemCommand: Command = {
  name: NAME,
  usage: `${NAME} SUBSYSTEM NODE SINCE [reason="…"]`,
  options: [choice('subsystem', SUBSYSTEMS), option('node', 'node'), option('since', 'text'), REASON],
  who: 'operator',
  run: undoSubsystem,
};
