/**
 * Every "no" of a Proxmox node or of the road to it, as a value. `sent: 'no'`: no byte of the request left;
 * `sent: 'unknown'`: it may have taken effect, so a write must never be sent again.
 */
export type PveFailure =
  | { readonly kind: 'unauthorized'; readonly reason: string }
  | {
      readonly kind: 'forbidden';
      readonly path: string | null;
      /** Any one of these would do; empty where Proxmox does not say. */
      readonly privileges: readonly string[];
      readonly message: string;
    }
  | { readonly kind: 'invalid'; readonly errors: Readonly<Record<string, string>>; readonly message: string }
  | { readonly kind: 'no-such-guest'; readonly message: string }
  | { readonly kind: 'digest-mismatch'; readonly message: string }
  | { readonly kind: 'locked'; readonly lock: string; readonly message: string }
  | { readonly kind: 'lock-timeout'; readonly message: string }
  | { readonly kind: 'no-quorum'; readonly message: string }
  | { readonly kind: 'no-such-node'; readonly node: string; readonly message: string }
  | { readonly kind: 'node-unreachable'; readonly message: string }
  | { readonly kind: 'not-implemented'; readonly message: string }
  | { readonly kind: 'no-actor' }
  | { readonly kind: 'untrusted'; readonly expected: string; readonly seen: string }
  | { readonly kind: 'unreachable'; readonly sent: 'no' | 'unknown'; readonly reason: string }
  | { readonly kind: 'other'; readonly status: number; readonly message: string };

/** Proxmox answered, but not in the words this client knows: a read cannot go on. Holds no value of the answer. */
export class PveMalformed extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PveMalformed';
  }
}
