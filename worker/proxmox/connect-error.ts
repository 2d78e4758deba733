/** The connection was never made, so no byte of the request left. `cause` is what the socket said. */
export class ConnectFailed extends Error {
  constructor(message: string, options: ErrorOptions) {
    super(message, options);
    this.name = 'ConnectFailed';
  }
}

/** The node showed another certificate than the pinned one. Fingerprints are SHA-256, lower-case hex. */
export class CertificateMismatch extends Error {
  readonly expected: string;
  readonly seen: string;

  constructor(expected: string, seen: string) {
    super(`the node's certificate has fingerprint ${seen}, expected ${expected}`);
    this.name = 'CertificateMismatch';
    this.expected = expected;
    this.seen = seen;
  }
}
