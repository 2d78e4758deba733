import { no, ok, type Result } from '#policies/result';
import type { PveFailure } from './failure.ts';
import type { Read } from './read.ts';
import { api } from './request.ts';
import { TaskLog, TaskStatus } from './schemas.ts';
import { followTask, type Pace, type TaskOutcome } from './task.ts';
import { parseUpid } from './upid.ts';

/** Most log lines that one call fetches. */
export const maxLogLines = 500;

const taskPath = (upid: string): string => {
  const task = parseUpid(upid);
  if (!task.ok) throw new RangeError('not a UPID');
  return api`/nodes/${task.value.node}/tasks/${upid}`;
};

/** Tasks are asked at the node in their UPID: any other answers as if they did not exist. */
export const taskReads = (read: Read) => {
  const taskStatus = (upid: string) => read(`${taskPath(upid)}/status`, TaskStatus);
  return {
    taskStatus,
    /** Follows a task to its end; see `followTask`. */
    follow: (upid: string, pace: Pace): Promise<TaskOutcome> => followTask(() => taskStatus(upid), pace),
    /** Up to `count` (1 to 500) lines from `start`; a finished task's last line repeats its exit status. */
    taskLog: async (upid: string, start = 0, count = 50): Promise<Result<string[], PveFailure>> => {
      if (count < 1 || count > maxLogLines)
        return no({ kind: 'invalid', errors: { limit: '1 to 500' }, message: '' });
      const lines = await read(`${taskPath(upid)}/log`, TaskLog, { start, limit: count });
      return lines.ok ? ok(lines.value.slice(0, count).map((line) => line.t ?? '')) : lines;
    },
  };
};
