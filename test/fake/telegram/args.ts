import type { IncomingMessage } from 'node:http';
import { parseMultipart } from './multipart.ts';

/** Arguments of one call, however they were sent: query string, form, JSON or multipart with files. */
export type Args = {
  values: Readonly<Record<string, unknown>>;
  files: ReadonlyMap<string, { name: string; bytes: Buffer }>;
};

/** Reads the whole request; undefined when it is larger than `maxBytes`. */
export const readArgs = async (req: IncomingMessage, maxBytes: number): Promise<Args | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    // Without an encoding set, a request's chunks are buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    if (size <= maxBytes) chunks.push(bytes);
  }
  if (size > maxBytes) return undefined;
  const query = Object.fromEntries(new URL(req.url ?? '/', 'http://fake').searchParams);
  return decode(query, Buffer.concat(chunks), req.headers['content-type'] ?? '');
};

const decode = (query: Record<string, string>, body: Buffer, type: string): Args => {
  if (type.startsWith('multipart/form-data')) return fromParts(query, body, type);
  const text = body.toString('utf8');
  const sent = type.startsWith('application/json')
    ? parseJson(text)
    : Object.fromEntries(new URLSearchParams(text));
  return { values: { ...query, ...record(sent) }, files: new Map() };
};

const fromParts = (query: Record<string, string>, body: Buffer, type: string): Args => {
  const values: Record<string, unknown> = { ...query };
  const files = new Map<string, { name: string; bytes: Buffer }>();
  for (const part of parseMultipart(body, type)) {
    if (part.filename === undefined) values[part.name] = part.bytes.toString('utf8');
    else files.set(part.name, { name: part.filename, bytes: part.bytes });
  }
  return { values, files };
};

/** The argument as text; '' when absent, as the real server treats both alike. */
export const text = (args: Args, name: string): string => {
  const value = args.values[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

/** The argument as a whole number; `otherwise` when absent or none. */
export const int = (args: Args, name: string, otherwise: number): number => {
  const value = Number(text(args, name) || Number.NaN);
  return Number.isSafeInteger(value) ? value : otherwise;
};

export const flag = (args: Args, name: string): boolean =>
  ['true', '1', 'yes'].includes(String(args.values[name]).toLowerCase());

/** A structured argument: native in a JSON body, JSON text everywhere else. Undefined when absent or not JSON. */
export const json = (args: Args, name: string): unknown => {
  const value = args.values[name];
  return typeof value === 'string' ? parseJson(value) : value;
};

const parseJson = (value: string): unknown => {
  try {
    return JSON.parse(value);
  } catch {
    // Telegram treats an argument that it cannot read as absent; the methods then complain in their own words.
    return undefined;
  }
};

/** The fields of an object; none for anything else. */
export const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // An object that is no array can be read by key.
      (value as Record<string, unknown>)
    : {};

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
