import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { generate } from 'selfsigned';

export type Identity = { readonly key: string; readonly cert: string; readonly fingerprint: string };

type Wanted = { name?: string; ip?: string; until?: Date; ca?: boolean; signedBy?: Identity };

/** A leaf, self-signed unless `signedBy` says otherwise, for a host name (and 127.0.0.1 unless said otherwise), valid from now minus one day. */
export const identity = async (options: Wanted = {}): Promise<Identity> => {
  const { name = 'localhost', ip = '127.0.0.1', until = new Date(Date.now() + 86_400_000) } = options;
  const made = await generate([{ name: 'commonName', value: name }], {
    keySize: 2048,
    ...(options.signedBy ? { ca: options.signedBy } : {}),
    notBeforeDate: new Date(until.getTime() - 2 * 86_400_000),
    notAfterDate: until,
    extensions: [
      ...(options.ca ? [{ name: 'basicConstraints' as const, cA: true, critical: true }] : []),

      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: name },
          { type: 7, ip },
        ],
      },
    ],
  });
  return { key: made.private, cert: made.cert, fingerprint: new X509Certificate(made.cert).fingerprint256 };
};

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A real HTTPS server on a free loopback port. */
export const serveTls = async (who: Identity, handler: Handler) => {
  const server = createServer({ key: who.key, cert: who.cert }, (request, response) => {
    // A client that went away before its body was whole needs no answer.
    text(request).then(
      (body) => handler(request, response, body),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // An HTTPS server that listens on TCP has an address with a port.
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}`,
    server,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Answers as Proxmox does. */
export const answer = (response: ServerResponse, data: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' });
  response.end(JSON.stringify({ data }));
};
