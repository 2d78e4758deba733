import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { createCertificate } from './certificate.ts';
import type { Cluster } from './cluster.ts';
import { createFaults, drops, type Faults } from './faults.ts';
import { readRequest } from './read-request.ts';
import { type Outgoing, respond } from './respond.ts';
import { createTimers, type Timers } from './timers.ts';
import type { World } from './world.ts';

/** One request as it came in, for tests. `path` is without `/api2/json` and query, `at` in epoch milliseconds. */
export type RequestRecord = {
  readonly method: string;
  readonly path: string;
  /** Full token id; undefined without a token. */
  readonly token: string | undefined;
  readonly at: number;
};

/** A running cluster. */
export type Simulator = {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** `AA:BB:...`, SHA-256 of the certificate. */
  readonly fingerprint: string;
  /** PEM of the certificate, to be given as `ca`. */
  readonly ca: string;
  readonly world: World;
  readonly faults: Faults;
  readonly requests: readonly RequestRecord[];
  readonly close: () => Promise<void>;
};

/** `pace` multiplies every duration (1 is realistic, 0.05 suits tests); `port` 0 lets the system choose. */
export type SimulatorOptions = {
  readonly world: World;
  readonly now?: () => number;
  readonly pace?: number;
  readonly port?: number;
  /** How tasks wait; a test may drive it by hand. */
  readonly timers?: Timers;
};

const HEADERS = { server: 'pve-api-daemon/3.0', 'cache-control': 'max-age=0', pragma: 'no-cache' };

const write = (response: ServerResponse, answer: Outgoing): void => {
  const body = answer.body === undefined ? '' : JSON.stringify(answer.body);
  const type = answer.body === undefined ? {} : { 'content-type': 'application/json;charset=UTF-8' };
  response.writeHead(answer.status, reasonPhrase(answer.reason), {
    ...HEADERS,
    ...type,
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
};

/** A reason phrase holds neither line breaks nor characters outside Latin-1. */
const reasonPhrase = (reason: string): string => reason.replace(/[^\x20-\x7e\xa0-\xff]/g, ' ');

const tokenOf = (authorization: string | undefined): string | undefined =>
  authorization?.match(/^PVEAPIToken=([^=]+)=/)?.[1];

const serve = async (
  running: { cluster: Cluster; requests: RequestRecord[] },
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { cluster, requests } = running;
  const request = await readRequest(message);
  if (request === undefined) {
    write(response, { status: 501, reason: `Method '${message.method} ${message.url}' not implemented` });
    return;
  }
  const { method, path } = request;
  requests.push({ method, path, token: tokenOf(request.authorization), at: cluster.now() });
  const answer = respond(cluster, request);
  if (drops(cluster.faults, request)) message.socket.destroy();
  else write(response, answer);
};

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no TCP address'));
      else resolve(address.port);
    });
  });

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

/** A defect of the simulator answers like a Perl die would, with its text. */
const defect = (response: ServerResponse, error: unknown): void => {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write(response, { status: 500, reason: 'simulator defect', body: { data: null, message } });
};

const createCluster = (options: SimulatorOptions): Cluster => {
  const now = options.now ?? Date.now;
  const [local = 'pve1'] = options.world.nodes.keys();
  const faults = createFaults(now);
  return {
    world: options.world,
    faults,
    now,
    pace: options.pace ?? 1,
    timers: options.timers ?? createTimers(),
    local,
  };
};

/** Starts the cluster behind HTTPS on 127.0.0.1; rejects when the port cannot be had. */
export const startSimulator = async (options: SimulatorOptions): Promise<Simulator> => {
  const certificate = await createCertificate();
  const cluster = createCluster(options);
  const requests: RequestRecord[] = [];
  const server = createServer({ key: certificate.key, cert: certificate.cert }, (message, response) => {
    serve({ cluster, requests }, message, response).catch((error: unknown) => defect(response, error));
  });
  const port = await listen(server, options.port ?? 0);
  return {
    url: `https://127.0.0.1:${port}`,
    fingerprint: certificate.fingerprint,
    ca: certificate.cert,
    world: options.world,
    faults: cluster.faults,
    requests,
    close: () => {
      cluster.timers.stop();
      return closeServer(server);
    },
  };
};
