import type { Trust } from './trust.ts';

/** An API token. The secret sits in a closure, so that inspect, JSON and errors cannot show it. */
export type ApiToken = { readonly id: string; readonly authorization: () => string };

/** A token by its id (`user@realm!name`) and secret; throws RangeError, without the secret, when either is malformed. */
export const apiToken = (id: string, secret: string): ApiToken => {
  if (!/^[^\s:/!@]+@[A-Za-z][\w.-]+![A-Za-z][\w.-]*$/.test(id))
    throw new RangeError('a token id is user@realm!name');
  if (!/^[\x21-\x7e]{1,256}$/.test(secret))
    throw new RangeError(`the secret of ${id} is not printable ASCII`);
  return { id, authorization: () => `PVEAPIToken=${id}=${secret}` };
};

/** Limits in ms. `total` bounds one request from its first wait for a connection to the last byte of its answer. */
export type Timeouts = {
  readonly connect: number;
  readonly headers: number;
  readonly body: number;
  readonly total: number;
};

/** A guest lock blocks Proxmox for 10 s and a cluster lock for 9 s, so that headers may take 30 s. */
export const usualTimeouts: Timeouts = { connect: 5_000, headers: 30_000, body: 15_000, total: 60_000 };

/** Where a site answers and as whom. Without `actor` every write is refused as a value. */
export type ProxmoxSettings = {
  /** `https://host:8006`, nothing after the port. */
  readonly url: string;
  readonly trust: Trust;
  readonly reader: ApiToken;
  readonly actor?: ApiToken;
  readonly timeouts?: Timeouts;
};
