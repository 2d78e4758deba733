import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { ParameterSchema } from '#worker/simulator/parameters';

/** The type of an answer as the API schema describes it. */
export type ReturnSchema = {
  readonly type?: string;
  readonly optional?: number;
  readonly properties?: Record<string, ReturnSchema>;
  readonly items?: ReturnSchema;
  readonly additionalProperties?: number | ReturnSchema;
};

export type MethodSchema = {
  readonly parameters?: { readonly properties?: Record<string, ParameterSchema> };
  readonly returns?: ReturnSchema;
};

export type ApiDocument = Record<string, Record<string, MethodSchema>>;

const SHARED = process.env.QUORATE_SHARED ?? new URL('../../../../shared', import.meta.url).pathname;

/** A file of the recordings beside the repository; undefined when they are not there. */
export const sharedFile = (name: string): Buffer | undefined => {
  const path = `${SHARED}/pve/${name}`;
  return existsSync(path) ? readFileSync(path) : undefined;
};

/** The official schema of that version; undefined when it is not there. */
export const readApiDocument = (version: '8.4' | '9.1'): ApiDocument | undefined => {
  const packed = sharedFile(`apidoc-${version}.json.gz`);
  // The published document has this shape; the extract below keeps it.
  return packed === undefined ? undefined : (JSON.parse(gunzipSync(packed).toString('utf8')) as ApiDocument);
};

export const served = (
  document: ApiDocument,
  route: { method: string; path: string },
): MethodSchema | undefined => document[route.path]?.[route.method];

const PROSE = new Set([
  'description',
  'verbose_description',
  'typetext',
  'format_description',
  'title',
  'links',
  'renderer',
  'default',
]);

/** The schema without its prose. A property may itself be called "description": those are objects. */
export const slim = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(slim);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, entry]) => !(PROSE.has(key) && (typeof entry !== 'object' || key === 'links')))
      .filter(([key, entry]) => !(key === 'format' && typeof entry === 'object' && !('type' in entry)))
      .map(([key, entry]) => [key, slim(entry)]),
  );
};
