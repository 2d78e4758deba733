import { Secret, TOTP } from 'otpauth';

/** The secret of RFC 6238's examples for SHA-1 (appendix B), in base32. */
export const RFC_SECRET = Secret.fromLatin1('12345678901234567890').base32;

/** What an authenticator app shows at a moment (ms). */
export const codeAt = (secret: string, at: number): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: at });

/** Six digits that are right at no moment near this one. */
export const wrongCodeAt = (secret: string, at: number): string => {
  const near = [-2, -1, 0, 1, 2].map((steps) => codeAt(secret, at + steps * 30_000));
  const wrong = ['000000', '111111', '222222', '333333', '444444', '555555'].find(
    (code) => !near.includes(code),
  );
  if (wrong === undefined) throw new Error('every one of six codes is right');
  return wrong;
};
