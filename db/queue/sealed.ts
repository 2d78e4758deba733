import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '#policies/json';
import { readWith } from '#policies/read-with';
import { SealedReport } from '#policies/report';
import type { Envelope, Queue } from './queue.ts';

/** What a worker signs: its message with the id and the address under which it travels, so that it cannot be sent as another. */
const Letter = z.object({ id: z.string(), from: z.string(), at: z.int(), body: z.unknown() });

/** An Ed25519 public key as one line: SPKI in base64. */
export const keyText = (key: KeyObject): string =>
  key.export({ type: 'spki', format: 'der' }).toString('base64');

const seal = ({ id, from, at, body }: Envelope, key: KeyObject): SealedReport => {
  const text = JSON.stringify({ id, from, at, body });
  const signature = sign(null, Buffer.from(text), key).toString('base64');
  return { text, signature, key: keyText(createPublicKey(key)) };
};

/** A queue on which everything that is sent is signed with this key. */
export const sealing = (queue: Queue, key: KeyObject): Queue => ({
  ...queue,
  send: (envelope) => queue.send({ ...envelope, body: seal(envelope, key) }),
});

const isSigned = ({ text, signature, key }: SealedReport): boolean => {
  try {
    const spki = createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' });
    if (spki.asymmetricKeyType !== 'ed25519' || keyText(spki) !== key) return false;
    return verify(null, Buffer.from(text), spki, Buffer.from(signature, 'base64'));
  } catch {
    // No key at all, so nothing that it could have signed.
    return false;
  }
};

const letterIn = (text: string): z.infer<typeof Letter> | undefined => {
  try {
    return readWith(Letter, JSON.parse(text)).data;
  } catch {
    // Signed, and still no JSON.
    return undefined;
  }
};

/** A message whose signature holds, and the key it was made with; whose key that is has to be asked elsewhere. */
export type Opened = { readonly envelope: Envelope; readonly key: string };

/** The message in a sealed one, or undefined where it is not signed, or was signed as another message than it came as. */
export const openSeal = (envelope: Envelope): Opened | undefined => {
  const sealed = readWith(SealedReport, envelope.body);
  if (!sealed.success || !isSigned(sealed.data)) return undefined;
  const letter = letterIn(sealed.data.text);
  const { id, from, at } = envelope;
  if (!letter || letter.id !== id || letter.from !== from || letter.at !== at) return undefined;
  // It came out of JSON.parse, and what it must hold is for its taker to say.
  const body = letter.body as Json;
  return { envelope: { ...envelope, body }, key: sealed.data.key };
};

/** A queue from which only those messages come that `open` opens; the others are accepted and forgotten. */
export const unsealing = (queue: Queue, open: (envelope: Envelope) => Envelope | undefined): Queue => ({
  ...queue,
  receive: (address, handler) =>
    queue.receive(address, async (envelope) => {
      const opened = open(envelope);
      if (opened) await handler(opened);
    }),
});
