import { createPublicKey, hash, type KeyObject, sign, verify } from 'node:crypto';

/** What a checkpoint says: this log had `size` records, and the last one's hash (hexadecimal) was `head`. */
export type Checkpoint = { readonly origin: string; readonly size: number; readonly head: string };

type Signed = { readonly text: string; readonly origin: string; readonly signature: Buffer };

const NOTE = /^((\S+)\n([1-9]\d*)\n([A-Za-z0-9+/=]+)\n)\n— \2 ([A-Za-z0-9+/=]+)\n$/;

/** The raw 32 bytes of an Ed25519 public key are the end of its SPKI form (RFC 8410). */
const rawKey = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' }).subarray(-32);

/** First four bytes of SHA-256(name, newline, 1, key): the key id of https://c2sp.org/signed-note. */
const keyId = (name: string, key: KeyObject): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from(`${name}\n\u0001`), rawKey(key)]), 'buffer').subarray(0, 4);

/**
 * A checkpoint as https://c2sp.org/tlog-checkpoint writes it, signed with an Ed25519 private key. The root is the head of
 * our chain, not of a Merkle tree. `origin` names the log and the key, without white space.
 */
export const writeNote = ({ origin, size, head }: Checkpoint, key: KeyObject): string => {
  const text = `${origin}\n${size}\n${Buffer.from(head, 'hex').toString('base64')}\n`;
  const signature = Buffer.concat([keyId(origin, createPublicKey(key)), sign(null, Buffer.from(text), key)]);
  return `${text}\n— ${origin} ${signature.toString('base64')}\n`;
};

/** `signature` is the key id, then the Ed25519 signature of the text. */
const isSigned = ({ text, origin, signature }: Signed, key: KeyObject): boolean =>
  signature.subarray(0, 4).equals(keyId(origin, key)) &&
  verify(null, Buffer.from(text), key, signature.subarray(4));

/** Reads a checkpoint; with a public key its signature must hold too. Undefined for anything else. */
export const readNote = (note: string, publicKey?: KeyObject): Checkpoint | undefined => {
  const [, text, origin, size, root, signed] = NOTE.exec(note) ?? [];
  if (!text || !origin || !size || !root || !signed) return undefined;
  const signature = Buffer.from(signed, 'base64');
  if (publicKey && !isSigned({ text, origin, signature }, publicKey)) return undefined;
  return { origin, size: Number(size), head: Buffer.from(root, 'base64').toString('hex') };
};
