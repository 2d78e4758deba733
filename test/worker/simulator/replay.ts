import { findRoute } from '#worker/simulator/routes';
import { type Simulator, startSimulator } from '#worker/simulator/simulator';
import type { World } from '#worker/simulator/world';
import { APPLIED } from './applied.ts';
import { ask, type Reply } from './client.ts';
import { differences } from './compare.ts';
import { createManualTimers, type ManualTimers } from './manual-timers.ts';
import { learn, type Names, translate } from './names.ts';
import { EVENTS } from './rig-events.ts';
import { addChatops, rigWorld } from './rig-world.ts';
import { skipReason } from './skipped.ts';
import { type Line, STORY_START, type StoryName } from './story.ts';

export type Outcome =
  | { readonly line: Line; readonly kind: 'same' }
  | { readonly line: Line; readonly kind: 'applied' }
  | { readonly line: Line; readonly kind: 'skipped'; readonly reason: string }
  | { readonly line: Line; readonly kind: 'different'; readonly differences: readonly string[] };

type Run = {
  readonly simulator: Simulator;
  readonly world: World;
  readonly names: Names;
  readonly story: StoryName;
  readonly timers: ManualTimers;
};

const TOKENS: Record<string, string> = {
  root: 'root@pam!rig',
  auditor: 'bot@pve!aud',
  actor: 'botact@pve!chatops',
  norights: 'bot@pve!norights',
  'token-privsep1': 'cas@pve!sep',
  'token-privsep0': 'cas@pve!full',
};

/** Labels of tokens that were refused: unknown, expired, deleted or of a user that may not log in. */
const REFUSED: Record<string, string> = {
  invalid: 'nosuch@pve!x',
  'token-expired': 'cas@pve!old',
  'token-short': 'cas@pve!short',
  'token-deleted': 'cas@pve!full',
  'user-disabled': 'cas@pve!full',
  'user-expired': 'cas@pve!full',
};

const authorizationOf = (world: World, label: string): string | undefined => {
  const id = TOKENS[label] ?? REFUSED[label];
  const token = id === undefined ? undefined : world.access.tokens.get(id);
  if (id !== undefined && token === undefined)
    return `PVEAPIToken=${id}=00000000-0000-0000-0000-000000000000`;
  return token === undefined ? undefined : `PVEAPIToken=${id}=${token.secret}`;
};

const pathOnly = (line: Line): string => line.path.replace('/api2/json', '').replace(/\?.*$/, '');

const formOf = (names: Names, line: Line): string | undefined => {
  if (line.body === null) return undefined;
  const pairs = Object.entries(line.body).flatMap(([key, value]) =>
    (typeof value === 'string' ? [value] : value).map((item): [string, string] => [
      key,
      translate(names, item),
    ]),
  );
  return new URLSearchParams(pairs).toString();
};

/** A recorded "stopped" answer was preceded by polls: here our task has its end brought about too. */
const finishTask = (run: Run, path: string): void => {
  const upid = decodeURIComponent(path).match(/UPID:[^/]+/)?.[0];
  const task = run.world.tasks.find((candidate) => candidate.upid === upid);
  if (task !== undefined) run.timers.runUntil(() => task.end !== undefined);
};

const recordedState = (line: Line): string | undefined =>
  /\/tasks\/UPID[^/]+\/status$/.test(pathOnly(line))
    ? JSON.stringify(line.response).match(/"status": ?"(\w+)"/)?.[1]
    : undefined;

const send = async (run: Run, line: Line): Promise<Reply> => {
  const path = translate(run.names, line.path);
  if (recordedState(line) === 'stopped' || /\/tasks\/UPID[^/]+\/log/.test(line.path)) finishTask(run, path);
  const form = formOf(run.names, line);
  const authorization = authorizationOf(run.world, line.token);
  return ask(run.simulator, {
    method: line.method,
    path,
    ...(form === undefined ? {} : { form }),
    ...(authorization === undefined ? {} : { authorization }),
  });
};

const applied = (run: Run, line: Line): boolean => {
  const found = APPLIED.find(([pattern]) => pattern.test(`${line.method} ${pathOnly(line)}`));
  if (found === undefined || line.status !== 200) return false;
  found[1](run.world, line);
  return true;
};

const isServed = (line: Line): boolean => {
  const method = (['GET', 'POST', 'PUT', 'DELETE'] as const).find((known) => known === line.method);
  return method !== undefined && findRoute(method, pathOnly(line)) !== undefined;
};

const step = async (run: Run, line: Line): Promise<Outcome> => {
  EVENTS[run.story]?.[line.seq]?.(run.world);
  if (!isServed(line) && applied(run, line)) return { line, kind: 'applied' };
  const reason = skipReason(run.story, line, isServed(line));
  if (reason !== undefined) return { line, kind: 'skipped', reason };
  const reply = await send(run, line);
  learn(run.names, line.response, reply.body);
  if (recordedState(line) === 'running' && /"status":"stopped"/.test(JSON.stringify(reply.body)))
    return { line, kind: 'skipped', reason: 'a poll of a task that ended sooner here' };
  const found = differences(line, reply);
  return found.length === 0 ? { line, kind: 'same' } : { line, kind: 'different', differences: found };
};

/** Replays the lines in order against a fresh rig; the clock stands at the recorded time of each line. */
export const replay = async (story: StoryName, lines: readonly Line[]): Promise<Outcome[]> => {
  const world = rigWorld();
  if (story !== 'inventory' && story !== 'power') addChatops(world);
  const timers = createManualTimers();
  let at = STORY_START[story];
  const simulator = await startSimulator({ world, now: () => at, timers });
  const run: Run = { simulator, world, names: new Map(), story, timers };
  const outcomes: Outcome[] = [];
  try {
    for (const line of lines) {
      at = STORY_START[story] + line.at_ms;
      timers.advanceTo(line.at_ms);
      outcomes.push(await step(run, line));
    }
  } finally {
    await simulator.close();
  }
  return outcomes;
};
