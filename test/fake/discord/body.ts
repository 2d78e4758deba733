import type { IncomingMessage } from 'node:http';

/** A request's body: the JSON, and files by their index. */
export type Body = {
  readonly json: { readonly [name: string]: unknown };
  readonly files: ReadonlyMap<string, { readonly name: string; readonly text: string }>;
  readonly bytes: number;
};

/** Reads JSON, or multipart with `payload_json` and `files[n]`. https://discord.com/developers/docs/reference#uploading-files */
export const readBody = async (req: IncomingMessage): Promise<Body> => {
  const chunks: Buffer[] = [];
  // Without an encoding set, a request's chunks are buffers.
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  const type = req.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data'))
    return { json: fields(parse(whole.toString('utf8'))), files: new Map(), bytes: whole.length };
  const form = await new Response(new Uint8Array(whole), { headers: { 'content-type': type } }).formData();
  const files = new Map<string, { name: string; text: string }>();
  for (const [name, value] of form.entries()) {
    const index = /^files\[(\d+)\]$/.exec(name)?.[1];
    if (index !== undefined && typeof value !== 'string')
      files.set(index, { name: value.name, text: await value.text() });
  }
  const payload = form.get('payload_json');
  const json = record(typeof payload === 'string' ? parse(payload) : undefined);
  return { json, files, bytes: whole.length };
};

const parse = (text: string): unknown => {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    // Discord takes a body that is no JSON for an empty one and complains of what is missing.
    return undefined;
  }
};

/** A body that is a list is read as the one field `list`. */
const fields = (value: unknown) => (Array.isArray(value) ? { list: value } : record(value));

/** The fields of an object; none for anything else. */
export const record = (value: unknown): { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? // An object that is no array can be read by key.
      (value as { [name: string]: unknown })
    : {};

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string => (typeof value === 'string' ? value : '');
