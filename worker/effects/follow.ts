import { outsideText } from '../outside-text.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import type { Pace } from '../proxmox/task.ts';
import type { Ended } from './effect.ts';
import { type LastLines, lastLines } from './last-lines.ts';

/**
 * The Proxmox API as effects use it. `actor` is the id of the actor's token, as tasks carry it. `settle`: how long after
 * a call was sent its task may still appear (ms); Proxmox may wait 10 s for a guest's lock before it answers.
 */
export type Api = {
  readonly proxmox: Pick<
    Proxmox,
    'send' | 'access' | 'follow' | 'taskLog' | 'nodeTasks' | 'guestConfig' | 'nodeStatus'
  >;
  readonly actor: string;
  readonly pace: Pace;
  readonly settle: number;
};

/** Most of a task's exit text that people are shown (characters). */
const EXIT = 1000;

const logOf = ({ proxmox }: Api, upid: string): Promise<LastLines> =>
  lastLines((start, count) => proxmox.taskLog(upid, start, count));

/** Follows a task to its end. Warnings are an end; whether the effect is there is for the probes to see. */
export const followed = async (api: Api, upid: string): Promise<Ended> => {
  const outcome = await api.proxmox.follow(upid, api.pace);
  if (outcome.kind === 'ok' || outcome.kind === 'warnings') return { did: 'done', upid };
  if (outcome.kind === 'failed')
    return {
      did: 'failed',
      failure: { failure: 'task', upid, exit: outsideText(outcome.exit, EXIT), ...(await logOf(api, upid)) },
      upid,
    };
  return { did: 'lost', why: outcome.kind === 'gone' ? 'task-vanished' : 'answer-lost', upid };
};
