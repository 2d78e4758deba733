import type { IncomingMessage } from 'node:http';

/** Arguments of one call as text: Slack takes forms, in which lists and objects are JSON, or a JSON body. */
export type Args = Readonly<Record<string, string>>;

export const readBody = async (req: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  // Without an encoding set, a request's chunks are buffers.
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

export const readArgs = (body: Buffer, type: string): Args => {
  if (!type.startsWith('application/json')) return Object.fromEntries(new URLSearchParams(body.toString()));
  return Object.fromEntries(
    Object.entries(record(parseJson(body.toString()))).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
};

/** Undefined for what is no JSON: the methods then say so in their own words. */
export const parseJson = (text: string | undefined): unknown => {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // The caller says what is wrong in Slack's words.
    return undefined;
  }
};

/** The fields of an object; none for anything else. */
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // An object that is no array can be read by key.
      (value as Record<string, unknown>)
    : {};

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const isText = (value: unknown): value is string => typeof value === 'string';
