import { hash } from 'node:crypto';
import type { Json } from '#policies/json';

/** Deeper values are refused: nothing of ours nests so far, and a cycle would never end. */
const DEEPEST = 200;

/** A value that has no canonical form; `at` is where it stands, as `$.steps[2].name`. */
export class NotCanonical extends TypeError {
  readonly at: string;

  constructor(at: string, why: string) {
    super(`no canonical JSON at ${at}: ${why}`);
    this.name = 'NotCanonical';
    this.at = at;
  }
}

/** The way from the whole value to the one that is being written. */
type Path = (string | number)[];

const refusal = (path: Path, why: string): NotCanonical =>
  new NotCanonical(
    `$${path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')}`,
    why,
  );

const text = (value: string, path: Path): string => {
  if (!value.isWellFormed()) throw refusal(path, 'half of a surrogate pair');
  return JSON.stringify(value);
};

const number = (value: number, path: Path): string => {
  if (!Number.isFinite(value)) throw refusal(path, `${value} is not a JSON number`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw refusal(path, `${value} is beyond the integers that every JSON reader keeps exactly`);
  return String(value);
};

const child = (value: unknown, path: Path, step: string | number): string => {
  path.push(step);
  const written = write(value, path);
  path.pop();
  return written;
};

const array = (value: readonly unknown[], path: Path): string => {
  let out = '';
  // A plain loop, because map steps over holes, which are undefined too.
  for (let i = 0; i < value.length; i += 1) out += `${i === 0 ? '' : ','}${child(value[i], path, i)}`;
  return `[${out}]`;
};

const object = (value: object, path: Path): string => {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw refusal(path, 'an object of a class, not a plain one');
  // Any plain object may be looked at so; what its fields hold is for `write` to see.
  const fields = value as { readonly [key: string]: unknown };
  let out = '';
  // The default order of sort is the one of RFC 8785: by UTF-16 code units.
  for (const key of Object.keys(value).sort())
    out += `${out === '' ? '' : ','}${text(key, path)}:${child(fields[key], path, key)}`;
  return `{${out}}`;
};

const write = (value: unknown, path: Path): string => {
  if (typeof value === 'string') return text(value, path);
  if (typeof value === 'number') return number(value, path);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') throw refusal(path, `${typeof value} is not JSON`);
  if (path.length > DEEPEST) throw refusal(path, `nested deeper than ${DEEPEST}`);
  return Array.isArray(value) ? array(value, path) : object(value, path);
};

/**
 * The one text of a JSON value, by RFC 8785 (https://www.rfc-editor.org/rfc/rfc8785). Throws NotCanonical, which says
 * where, for undefined, functions, class instances, NaN, infinities, integers beyond 2^53-1 and lone surrogates. Every
 * audit record is written by it, so it looks and writes in one pass; a test holds it to the `canonicalize` package.
 */
export const canonical = (value: Json): string => write(value, []);

/** SHA-256 of bytes, or of a text's UTF-8, in 64 lower-case hexadecimal digits. */
export const sha256 = (data: string | Uint8Array): string => hash('sha256', data);

/** SHA-256 of the canonical JSON of a value, in hexadecimal; throws as `canonical` does. */
export const digestOf = (value: Json): string => sha256(canonical(value));
