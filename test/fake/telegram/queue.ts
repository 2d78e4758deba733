import type { Update } from '@grammyjs/types';
import { type Answer, ERRORS, ok } from './answer.ts';
import type { Limits } from './limits.ts';

export type UpdateKind = Exclude<keyof Update, 'update_id'>;
export type PollArgs = {
  offset: number;
  limit: number;
  timeoutMs: number;
  allowed: readonly UpdateKind[] | undefined;
};

type Entry = { update: Update; expiresAt: number };
/** What a poll comes to; `gone`: its connection was cut. */
export type Polled = Answer<Update[]> | 'gone';
type Waiting = { args: PollArgs; answer: (body: Polled) => void; timer: NodeJS.Timeout };

/** Kinds that are sent only to a bot that asks for them by name. */
const NOT_BY_DEFAULT: readonly UpdateKind[] = ['chat_member', 'message_reaction', 'message_reaction_count'];

/**
 * The updates of one bot until a poll confirms them with a higher offset, as `do_get_updates` of Client.cpp keeps them:
 * unconfirmed ones come again with every poll, old ones vanish, and a second long poll ends the first with 409.
 */
export const createQueue = (now: () => number, limits: Limits) => {
  let entries: Entry[] = [];
  let again: Update[] = [];
  let allowed: readonly UpdateKind[] = [];
  let lastId = 100_000;
  let waiting: Waiting | undefined;
  let last = { offset: Number.NaN, at: Number.NEGATIVE_INFINITY };
  let cutNext = false;
  let lastConflict = Number.NEGATIVE_INFINITY;
  const delivered = new Map<number, Update>();

  const take = (args: PollArgs): Update[] => {
    const head = args.offset < 0 ? (entries.at(args.offset)?.update.update_id ?? 0) : args.offset;
    entries = entries.filter((entry) => entry.update.update_id >= head && entry.expiresAt > now());
    const batch = [...again, ...entries.map((entry) => entry.update)].slice(0, args.limit);
    again = [];
    for (const update of batch) delivered.set(update.update_id, update);
    return batch;
  };

  const release = (body: Polled): void => {
    const ended = waiting;
    waiting = undefined;
    if (ended === undefined) return;
    clearTimeout(ended.timer);
    ended.answer(body);
  };

  const conflict = (): void => {
    const ended = waiting;
    if (ended === undefined) return;
    const pause = now() < lastConflict + limits.conflictPauseMs ? limits.conflictPauseMs : 0;
    lastConflict = now();
    waiting = undefined;
    clearTimeout(ended.timer);
    setTimeout(() => ended.answer(ERRORS.otherPoll), pause).unref();
  };

  const wake = (): void => {
    if (waiting === undefined) return;
    const batch = take(waiting.args);
    if (batch.length > 0) release(ok(batch));
  };

  const enqueue = (update: Update, expiresAt: number): void => {
    const kind = kindOf(update);
    const wanted =
      allowed.length === 0 ? !NOT_BY_DEFAULT.includes(kind) : allowed.some((other) => other === kind);
    if (wanted) entries.push({ update, expiresAt });
    wake();
  };

  return {
    /** Number for the next update; they rise by one. */
    nextId: (): number => ++lastId,
    enqueue,
    /** Sends an update again that was already delivered, even a confirmed one, in front of the next batch. */
    redeliver: (updateId: number): void => {
      const update = delivered.get(updateId);
      if (update === undefined) throw new Error(`update ${updateId} was never delivered`);
      again.push(update);
      wake();
    },
    /** Answers at once when there is something or no wait is asked for; the returned function gives the poll up. */
    poll: (args: PollArgs, answer: Waiting['answer']): (() => void) => {
      allowed = args.allowed ?? allowed;
      if (cutNext) {
        cutNext = false;
        answer('gone');
        return () => {};
      }
      const repeats = args.offset === last.offset && now() < last.at + limits.repeatedPollMs;
      const timeoutMs = repeats ? Math.max(args.timeoutMs, limits.repeatedPollMs) : args.timeoutMs;
      last = { offset: args.offset, at: now() };
      const batch = take(args);
      if (batch.length > 0 || timeoutMs === 0) {
        answer(ok(batch));
        return () => {};
      }
      conflict();
      const mine: Waiting = { args, answer, timer: setTimeout(() => release(ok([])), timeoutMs) };
      waiting = mine;
      return () => {
        if (waiting !== mine) return;
        clearTimeout(mine.timer);
        waiting = undefined;
      };
    },
    /** Cuts the connection of the poll that waits, or else of the next one. */
    cut: (): void => {
      cutNext = waiting === undefined;
      release('gone');
    },
    pending: (): readonly Update[] => entries.map((entry) => entry.update),
    isPolled: (): boolean => waiting !== undefined,
    clear: (): void => {
      entries = [];
    },
    close: (): void => release(ok([])),
  };
};

export type Queue = ReturnType<typeof createQueue>;

/** The one field that says what an update is. */
export const kindOf = (update: Update): UpdateKind => {
  const kind = Object.keys(update).find((key) => key !== 'update_id');
  // Every key of an Update but its id names a kind.
  return (kind ?? 'message') as UpdateKind;
};
