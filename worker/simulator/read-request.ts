import type { IncomingMessage } from 'node:http';
import type { Parameters } from './parameters.ts';
import type { Incoming } from './respond.ts';
import type { Method } from './route.ts';

const PREFIX = '/api2/json';
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE'];

const collect = (pairs: Iterable<[string, string]>): Record<string, string> => {
  const all: Record<string, string> = {};
  for (const [name, value] of pairs) all[name] = name in all ? `${all[name]},${value}` : value;
  return all;
};

const parsed = (text: string): unknown => {
  try {
    return text.trim() === '' ? {} : JSON.parse(text);
  } catch {
    // A body that is no JSON is a body without parameters: what is missing is then named by the 400.
    return {};
  }
};

const fromJson = (text: string): Record<string, string> => {
  const value = parsed(text);
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(
    entries.map(([name, entry]) => [
      name,
      typeof entry === 'boolean' ? String(Number(entry)) : String(entry),
    ]),
  );
};

const bodyText = async (message: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
};

const bodyParameters = async (message: IncomingMessage): Promise<Parameters> => {
  const text = await bodyText(message);
  const isJson = message.headers['content-type']?.startsWith('application/json') === true;
  return isJson ? fromJson(text) : collect(new URLSearchParams(text));
};

const isMethod = (method: string): method is Method => METHODS.includes(method);

/** Path, token and parameters of a request; undefined when it is no API request at all. */
export const readRequest = async (message: IncomingMessage): Promise<Incoming | undefined> => {
  const url = new URL(message.url ?? '/', 'https://localhost');
  const method = message.method ?? 'GET';
  const body = await bodyParameters(message);
  if (!url.pathname.startsWith(PREFIX) || !isMethod(method)) return undefined;
  return {
    method,
    path: url.pathname.slice(PREFIX.length) || '/',
    authorization: message.headers.authorization,
    parameters: { ...collect(url.searchParams), ...body },
  };
};
