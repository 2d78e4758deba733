/** Which tasks a fault touches; what is left out matches everything. */
export type TaskMatch = { readonly type?: string; readonly vmid?: number };

/** Which requests a fault touches. `path` is without `/api2/json` and query; a string must be equal. */
export type RequestMatch = { readonly method?: string; readonly path?: string | RegExp };

/** A fault that is switched on. */
export type Fault =
  | { readonly kind: 'task-fails'; readonly match: TaskMatch; readonly exitstatus: string }
  | { readonly kind: 'task-hangs'; readonly match: TaskMatch }
  | { readonly kind: 'drop-after-accept'; readonly match: RequestMatch }
  | { readonly kind: 'node-offline'; readonly node: string; readonly since: number }
  | { readonly kind: 'quorum-lost' };

/** Switches one fault off again; calling it twice is harmless. */
export type Off = () => void;

/** The switches; each answers how to switch it off. */
export type Faults = {
  /** Tasks that match end with this exit status and change nothing. */
  readonly taskFails: (match: TaskMatch, exitstatus: string) => Off;
  /** Tasks that match never end by themselves; DELETE of the task ends them. */
  readonly taskHangs: (match: TaskMatch) => Off;
  /** The request is processed, then the socket is destroyed without an answer. */
  readonly dropAfterAccept: (match: RequestMatch) => Off;
  /** The node answers 595; its guests keep their last status for about 280 s, then become unknown. */
  readonly nodeOffline: (node: string) => Off;
  /** Reads work, nothing under /etc/pve can be written. */
  readonly quorumLost: () => Off;
  readonly clear: () => void;
  readonly active: readonly Fault[];
};

/** An empty set of faults. `now` in epoch milliseconds. */
export const createFaults = (now: () => number): Faults => {
  const active: Fault[] = [];
  const add = (fault: Fault): Off => {
    active.push(fault);
    return () => {
      const at = active.indexOf(fault);
      if (at >= 0) active.splice(at, 1);
    };
  };
  return {
    taskFails: (match, exitstatus) => add({ kind: 'task-fails', match, exitstatus }),
    taskHangs: (match) => add({ kind: 'task-hangs', match }),
    dropAfterAccept: (match) => add({ kind: 'drop-after-accept', match }),
    nodeOffline: (node) => add({ kind: 'node-offline', node, since: now() }),
    quorumLost: () => add({ kind: 'quorum-lost' }),
    clear: () => active.splice(0),
    active,
  };
};

const taskMatches = (match: TaskMatch, task: { type: string; id: string }): boolean =>
  (match.type === undefined || match.type === task.type) &&
  (match.vmid === undefined || String(match.vmid) === task.id);

/** What a fault does to this task, if any; a failure beats a hang. */
export const taskFault = (
  faults: Faults,
  task: { type: string; id: string },
): { fails: string } | 'hangs' | undefined => {
  let found: { fails: string } | 'hangs' | undefined;
  for (const fault of faults.active) {
    if (fault.kind === 'task-fails' && taskMatches(fault.match, task)) return { fails: fault.exitstatus };
    if (fault.kind === 'task-hangs' && taskMatches(fault.match, task)) found = 'hangs';
  }
  return found;
};

/** Whether the answer to this request is to be dropped. */
export const drops = (faults: Faults, request: { method: string; path: string }): boolean =>
  faults.active.some(
    (fault) =>
      fault.kind === 'drop-after-accept' &&
      (fault.match.method === undefined || fault.match.method === request.method) &&
      (fault.match.path === undefined ||
        (typeof fault.match.path === 'string'
          ? fault.match.path === request.path
          : fault.match.path.test(request.path))),
  );

/** Since when the node is offline, in epoch milliseconds. */
export const offlineSince = (faults: Faults, node: string): number | undefined => {
  for (const fault of faults.active)
    if (fault.kind === 'node-offline' && fault.node === node) return fault.since;
  return undefined;
};

/** Whether the cluster can be written to. */
export const hasQuorum = (faults: Faults): boolean =>
  !faults.active.some((fault) => fault.kind === 'quorum-lost');
