import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';
import { CertificateMismatch, ConnectFailed } from './connect-error.ts';
import { plainFingerprint, systemAuthorities, type Trust } from './trust.ts';

type Attempt = {
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  readonly tls: ConnectionOptions;
};

type Opened =
  | { readonly socket: TLSSocket; readonly leaf: Leaf }
  | { readonly error: Error; readonly leaf: Leaf | undefined };

type Leaf = { readonly sha256: string; readonly pem: string };

// Not getPeerX509Certificate: called before Node's own look, it leaves checkServerIdentity an empty certificate (24.21).
const leafOf = (socket: TLSSocket): Leaf | undefined => {
  const { raw } = socket.getPeerCertificate();
  if (raw === undefined) return undefined;
  const certificate = new X509Certificate(raw);
  return { sha256: plainFingerprint(certificate.fingerprint256), pem: certificate.toString() };
};

/** One handshake. The leaf is read at `secure`, before Node's own verdict closes an untrusted socket. */
const handshake = ({ host, port, timeoutMs, tls }: Attempt): Promise<Opened> =>
  new Promise((resolve) => {
    let leaf: Leaf | undefined;
    // No session is kept: a resumed handshake would skip checkServerIdentity.
    const socket = connect({
      host,
      port,
      servername: isIP(host) ? '' : host,
      ALPNProtocols: ['http/1.1'],
      ...tls,
    });
    const timer = setTimeout(() => socket.destroy(new Error(`no connection in ${timeoutMs} ms`)), timeoutMs);
    const fail = (error: Error) => {
      clearTimeout(timer);
      resolve({ error, leaf });
    };
    socket.setNoDelay(true).setKeepAlive(true, 60_000);
    socket.prependListener('secure', () => {
      leaf = leafOf(socket);
    });
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('closed during the handshake')));
    socket.once('secureConnect', () => {
      clearTimeout(timer);
      resolve(leaf ? { socket, leaf } : { error: new Error('no certificate shown'), leaf });
    });
  });

const judge = (opened: Opened, expected: string): Opened =>
  opened.leaf === undefined || opened.leaf.sha256 === expected
    ? opened
    : { error: new CertificateMismatch(expected, opened.leaf.sha256), leaf: opened.leaf };

const pinned = (pem: string[], expected: string): ConnectionOptions => ({
  ca: pem,
  allowPartialTrustChain: true,
  checkServerIdentity: (_host, certificate) => {
    const seen = plainFingerprint(certificate.fingerprint256);
    return seen === expected ? undefined : new CertificateMismatch(expected, seen);
  },
});

type Open = (attempt: Omit<Attempt, 'tls'>) => Promise<Opened>;

/**
 * Nothing is trusted at first, so the first handshake fails closed and tells the leaf; only when that leaf is the pinned
 * one does it become the sole authority of a second handshake, in which it proves that the node holds its key.
 */
const byFingerprint = (sha256: string): Open => {
  const expected = plainFingerprint(sha256);
  let known: string | undefined;
  return async (attempt) => {
    if (known === undefined) {
      const first = judge(await handshake({ ...attempt, tls: pinned([], expected) }), expected);
      if ('socket' in first) first.socket.destroy();
      if (first.leaf?.sha256 !== expected) return first;
      known = first.leaf.pem;
    }
    return judge(await handshake({ ...attempt, tls: pinned([known], expected) }), expected);
  };
};

const byAuthority =
  (ca: string | string[]): Open =>
  (attempt) =>
    handshake({ ...attempt, tls: { ca } });

const opener = (trust: Trust): Open => {
  if (trust.by === 'fingerprint') return byFingerprint(trust.sha256);
  return byAuthority(trust.by === 'ca' ? trust.pem : systemAuthorities());
};

/** How undici opens a connection under this trust; every failure is a `ConnectFailed` with its cause. */
export const tlsConnector = (trust: Trust, timeoutMs: number): buildConnector.connector => {
  const open = opener(trust);
  return ({ hostname, port }, callback) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    void open({ host, port: Number(port || 443), timeoutMs }).then((opened) => {
      if ('socket' in opened) return callback(null, opened.socket);
      if (opened.error instanceof CertificateMismatch)
        return callback(new ConnectFailed(opened.error.message, { cause: opened.error }), null);
      return callback(
        new ConnectFailed(`no trusted connection: ${opened.error.message}`, { cause: opened.error }),
        null,
      );
    });
  };
};
