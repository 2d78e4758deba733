import type { Json } from '#policies/json';

/** Who a message is for: the bot, or the worker of one node (`node.<site>.<node>`). */
export type Address = string;

/** One message. `id` is unique for ever (see {@link readEnvelope}); `at` is when it was written (ms, sender's clock). */
export type Envelope = {
  readonly id: string;
  readonly from: Address;
  readonly to: Address;
  readonly at: number;
  readonly body: Json;
};

/**
 * Takes one message into the receiver's own database ({@link acceptOnce}) and nothing more: long work starts after it.
 * Resolves = durably accepted; throws = deliver again. May be called twice with the same message.
 */
export type Handler = (envelope: Envelope) => Promise<void>;

/** Ends what was started; resolves when nothing of it runs any more. */
export type Stop = () => Promise<void>;

/** Told of what went wrong and is being tried again; for the log. */
export type Trouble = (what: string, cause: unknown) => void;

/** Carries messages at least once. It is transport, never truth: the truth is in the sender's outbox and the receiver's inbox. */
export type Queue = {
  /** For logs and figures; no code asks which driver it has. */
  readonly name: 'local' | 'socket' | 'bullmq';
  /** Resolves once the receiver has accepted it or the broker holds it. Rejects soon when neither can be had now. */
  send(envelope: Envelope): Promise<void>;
  /** Hands every message for this address to the handler, one at a time, in order. One receiver an address. */
  receive(address: Address, handler: Handler): Promise<Stop>;
  close(): Promise<void>;
};

/** Largest message as JSON text (bytes). An inventory of 10,000 guests is about half of it. */
export const MAX_ENVELOPE = 8 * 1024 * 1024;

const ID = /^(?=.*[A-Za-z])[A-Za-z0-9-]{8,64}$/;
const ADDRESS = /^(bot|node\.[a-z][a-z0-9-]{0,31}\.[A-Za-z0-9-]{1,63})$/;

/** True for ids that every driver can carry: 8 to 64 of A-Z a-z 0-9 -, at least one letter (BullMQ refuses bare numbers). */
export const isEnvelopeId = (id: unknown): id is string => typeof id === 'string' && ID.test(id);

/** True for `bot` and `node.<site>.<node>`. */
export const isAddress = (address: unknown): address is Address =>
  typeof address === 'string' && ADDRESS.test(address);

/** The message in a value that came off a wire or out of a broker, or undefined where it is none. */
export const readEnvelope = (value: unknown): Envelope | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, from, to, at, body } = value as Partial<Envelope>; // every field is looked at below
  if (!isEnvelopeId(id) || !isAddress(from) || !isAddress(to)) return undefined;
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || body === undefined) return undefined;
  return { id, from, to, at, body };
};
