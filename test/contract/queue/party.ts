import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a test tells test/fixture/queue-party.ts, as JSON in its first argument. */
export type Party = {
  readonly roles: readonly ('send' | 'receive')[];
  readonly driver: 'local' | 'socket' | 'bullmq';
  readonly socket: string;
  readonly ledger: string;
  readonly journal: string;
  readonly count: number;
};

/** What both ends of a test's socket know. */
export const SECRET = 'a secret of the contract suite, long enough';
/** Where the receiving process sits. */
export const NODE = 'node.home.pve1';

/** A process of its own; `sent` is true once everything it had to send was taken. */
export type Running = { sent: boolean; readonly kill: () => Promise<void> };

/** Starts one party. */
export const startParty = (party: Party): Running => {
  const program = new URL('../../fixture/queue-party.ts', import.meta.url);
  const child: ChildProcess = fork(program, [JSON.stringify(party)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const running = {
    sent: false,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
  child.on('message', () => {
    running.sent = true;
  });
  return running;
};
