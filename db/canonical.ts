import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Json } from '#policies/json';

export type { Json };

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

const checkText = (text: string, at: string): void => {
  if (!text.isWellFormed()) throw new NotCanonical(at, 'half of a surrogate pair');
};

const checkNumber = (value: number, at: string): void => {
  if (!Number.isFinite(value)) throw new NotCanonical(at, `${value} is not a JSON number`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new NotCanonical(at, `${value} is beyond the integers that every JSON reader keeps exactly`);
};

const checkObject = (value: object, at: string, depth: number): void => {
  if (depth > DEEPEST) throw new NotCanonical(at, `nested deeper than ${DEEPEST}`);
  if (Array.isArray(value)) {
    // A plain loop, because forEach steps over holes, which are undefined too.
    for (let i = 0; i < value.length; i += 1) check(value[i], `${at}[${i}]`, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new NotCanonical(at, 'an object of a class, not a plain one');
  for (const [key, child] of Object.entries(value)) {
    checkText(key, `${at} (a key)`);
    check(child, `${at}.${key}`, depth + 1);
  }
};

const check = (value: unknown, at: string, depth: number): void => {
  if (typeof value === 'string') checkText(value, at);
  else if (typeof value === 'number') checkNumber(value, at);
  else if (typeof value === 'object' && value !== null) checkObject(value, at, depth);
  else if (value !== null && typeof value !== 'boolean')
    throw new NotCanonical(at, `${typeof value} is not JSON`);
};

/**
 * The one text of a JSON value, by RFC 8785 (https://www.rfc-editor.org/rfc/rfc8785). Throws NotCanonical, which says
 * where, for undefined, functions, class instances, NaN, infinities, integers beyond 2^53-1 and lone surrogates.
 */
export const canonical = (value: Json): string => {
  check(value, '$', 0);
  const text = canonicalize(value);
  if (text === undefined) throw new NotCanonical('$', 'nothing to write');
  return text;
};

/** SHA-256 of bytes, or of a text's UTF-8, in 64 lower-case hexadecimal digits. */
export const sha256 = (data: string | Uint8Array): string => hash('sha256', data);

/** SHA-256 of the canonical JSON of a value, in hexadecimal; throws as `canonical` does. */
export const digestOf = (value: Json): string => sha256(canonical(value));
