import type { RedisOptions } from 'ioredis';
import type { Config } from '#policies/config';
import type { Queue, Trouble } from '../queue/queue.ts';
import { connectQueue, serveQueue } from '../queue/socket.ts';
import { readSocketSecret } from '../queue/socket-place.ts';

/** Where bot and worker meet when they are two processes. */
export type Meeting = NonNullable<Config['queue']>;

/** A Redis address (redis://, rediss://, or unix:///path) as ioredis takes it. Throws a TypeError on no address. */
export const redisPlace = (address: string): RedisOptions => {
  const url = new URL(address);
  const who = {
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
  };
  if (url.protocol === 'unix:') return { ...who, path: decodeURIComponent(url.pathname) };
  return {
    ...who,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    db: Number(url.pathname.slice(1) || 0),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
};

/**
 * Opens the queue between two processes. Over a socket the worker listens, because it is the one that runs as root and
 * owns the folder; both prove a secret that lies beside it, in `<socket>.secret`.
 */
export const openMeeting = async (
  meeting: Meeting,
  { listen, onTrouble }: { readonly listen: boolean; readonly onTrouble: Trouble },
): Promise<Queue> => {
  if ('redis' in meeting) {
    // BullMQ is a third of the time a start takes, and most have no Redis.
    const { bullmqQueue } = await import('../queue/bullmq.ts');
    return bullmqQueue({ redis: redisPlace(meeting.redis), onTrouble });
  }
  const place = { path: meeting.socket, secret: readSocketSecret(`${meeting.socket}.secret`), onTrouble };
  return listen ? serveQueue(place) : connectQueue(place);
};
