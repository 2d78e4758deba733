import { request } from 'node:https';
import type { Simulator } from '#worker/simulator/simulator';

export type Reply = {
  readonly status: number;
  readonly reason: string;
  readonly type: string | undefined;
  readonly body: unknown;
};

export type Ask = {
  readonly method: string;
  /** With `/api2/json` or without, with query. */
  readonly path: string;
  readonly authorization?: string;
  readonly form?: string;
};

const parsed = (text: string): unknown => (text === '' ? { raw: '' } : JSON.parse(text));

/** One request over HTTPS with the certificate of the simulator pinned; rejects when the connection breaks. */
export const ask = (simulator: Simulator, wish: Ask): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const path = wish.path.startsWith('/api2/') ? wish.path : `/api2/json${wish.path}`;
    const headers = {
      ...(wish.authorization === undefined ? {} : { authorization: wish.authorization }),
      ...(wish.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    const sent = request(
      `${simulator.url}${path}`,
      { method: wish.method, ca: simulator.ca, headers },
      (message) => {
        const chunks: Buffer[] = [];
        message.on('data', (chunk: Buffer) => chunks.push(chunk));
        message.on('end', () =>
          resolve({
            status: message.statusCode ?? 0,
            reason: message.statusMessage ?? '',
            type: message.headers['content-type'],
            body: parsed(Buffer.concat(chunks).toString('utf8')),
          }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(wish.form);
  });
