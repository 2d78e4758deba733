import { X509Certificate } from 'node:crypto';
import { generate } from 'selfsigned';

/** Key and certificate in PEM. */
export type Certificate = {
  readonly key: string;
  readonly cert: string;
  /** `AA:BB:...`, SHA-256 of the certificate, as `pvenode cert info` shows it. */
  readonly fingerprint: string;
};

const ALT_NAMES = [
  { type: 2 as const, value: 'localhost' },
  { type: 7 as const, ip: '127.0.0.1' },
];

/** A fresh self-signed certificate for localhost and 127.0.0.1. */
export const createCertificate = async (): Promise<Certificate> => {
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: ALT_NAMES },
    ],
  });
  return { key: made.private, cert: made.cert, fingerprint: new X509Certificate(made.cert).fingerprint256 };
};
