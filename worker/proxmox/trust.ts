import { getCACertificates, rootCertificates } from 'node:tls';

/** How a node proves that it is the node. There is no way to trust everybody. */
export type Trust =
  | { readonly by: 'system' }
  | { readonly by: 'ca'; readonly pem: string }
  | { readonly by: 'fingerprint'; readonly sha256: string };

/** A SHA-256 fingerprint as lower-case hex without colons; throws RangeError when it is none. */
export const plainFingerprint = (text: string): string => {
  const plain = text.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(plain)) throw new RangeError('a SHA-256 fingerprint is 32 bytes in hex');
  return plain;
};

/** The authorities of the operating system and those that Node brings. */
export const systemAuthorities = (): string[] => [...rootCertificates, ...getCACertificates('system')];
