/**
 * What may go wrong with a call, and when: `before` the server did anything, or `after` it did it but the caller does
 * not hear so. `delay` waits first and then serves.
 */
export type Fault =
  | { kind: '429'; seconds: number }
  | { kind: '5xx'; when: 'before' | 'after' }
  | { kind: 'drop'; when: 'before' | 'after' }
  | { kind: 'delay'; ms: number };

/** Faults to come, by method; each is used `times` times (once unless said), the one set first first. */
export const createFaults = () => {
  const planned = new Map<string, { fault: Fault; left: number }[]>();

  const plan = (method: string, fault: Fault, times: number): void => {
    const key = method.toLowerCase();
    planned.set(key, [...(planned.get(key) ?? []), { fault, left: times }]);
  };

  /** The fault for this call of the method, now used up by one. */
  const next = (method: string): Fault | undefined => {
    const queue = planned.get(method.toLowerCase()) ?? [];
    const first = queue.find((entry) => entry.left > 0);
    if (first !== undefined) first.left -= 1;
    return first?.fault;
  };

  return {
    next,
    respond429: (method: string, seconds: number, times = 1) => plan(method, { kind: '429', seconds }, times),
    fail5xxBeforeAccept: (method: string, times = 1) => plan(method, { kind: '5xx', when: 'before' }, times),
    fail5xxAfterAccept: (method: string, times = 1) => plan(method, { kind: '5xx', when: 'after' }, times),
    dropBeforeAccept: (method: string, times = 1) => plan(method, { kind: 'drop', when: 'before' }, times),
    dropAfterAccept: (method: string, times = 1) => plan(method, { kind: 'drop', when: 'after' }, times),
    delay: (method: string, ms: number, times = 1) => plan(method, { kind: 'delay', ms }, times),
    clear: () => planned.clear(),
  };
};

export type Faults = ReturnType<typeof createFaults>;
