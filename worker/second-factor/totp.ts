import { Secret, TOTP } from 'otpauth';

/** RFC 6238 as authenticator apps take it for granted: HMAC-SHA-1, six digits, steps of 30 seconds. */
const USUAL = { algorithm: 'SHA1', digits: 6, period: 30 } as const;

/** Steps before and after now whose code is taken, for clocks that differ and fingers that are slow: RFC 6238, 5.2. */
const WINDOW = 1;

/** Length of a secret (bytes): that of the hash, as RFC 4226 recommends (4, R6). */
export const SECRET_BYTES = 20;

/** A secret in base32, as people may have to type it. */
export const secretText = (bytes: Uint8Array): string =>
  new Secret({ buffer: new Uint8Array(bytes).buffer }).base32;

/** What an authenticator app reads from a QR code: `issuer` is the site and node, `label` the person. */
export const enrolmentUri = (secret: string, { issuer, label }: { issuer: string; label: string }): string =>
  new TOTP({ ...USUAL, issuer, label, secret }).toString();

/** The step (of 30 s since 1970) whose code this is at that moment (ms), or null. Compared in constant time by the library. */
export const stepOfCode = (secret: string, code: string, at: number): number | null => {
  const delta = TOTP.validate({
    ...USUAL,
    token: code,
    secret: Secret.fromBase32(secret),
    timestamp: at,
    window: WINDOW,
  });
  return delta === null ? null : TOTP.counter({ period: USUAL.period, timestamp: at }) + delta;
};
