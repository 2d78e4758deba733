import type { ZodType, z } from 'zod';
import type { ArgumentName } from '#policies/actions';
import type { Json } from '#policies/json';
import { readWith } from '#policies/read-with';
import type { Expectation, Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';

type Params = { readonly [name: string]: Json };

/**
 * What a command's arguments are: names that may be given by position, in order, and the schema that reads them. `expects`: what is said to
 * be expected of an argument whose name means something else in the catalogue.
 */
export type Signature<A extends ZodType = ZodType> = {
  readonly command: string;
  readonly positional: readonly string[];
  readonly args: A;
  readonly expects?: { readonly [name: string]: Expectation };
};

const named = (word: string): readonly [string, string] | null => {
  const [name, ...value] = word.split('=');
  return name !== undefined && value.length > 0 && /^[a-z_]+$/.test(name) ? [name, value.join('=')] : null;
};

const collect = ({ command, positional }: Signature, words: readonly string[]): Result<Params, Refusal> => {
  const params = new Map<string, string>();
  const free = positional.values();
  for (const word of words) {
    const pair = named(word);
    const name = pair ? pair[0] : free.next().value;
    if (name === undefined) return no({ no: 'bad-argument', command, argument: word, expected: 'pair' });
    if (params.has(name)) return no({ no: 'bad-argument', command, argument: name, expected: 'once' });
    params.set(name, pair ? pair[1] : word);
  }
  // Unlike an assignment, this keeps "__proto__" as a name like any other, for the schema to refuse.
  return ok(Object.fromEntries(params));
};

/** Typed words as the arguments of a command, or which one is missing or wrong and what was expected. */
export const readArguments = <A extends ZodType>(
  signature: Signature<A>,
  words: readonly string[],
): Result<z.output<A>, Refusal> => {
  const { args } = signature;
  const collected = collect(signature, words);
  if (!collected.ok) return collected;
  const read = readWith(args, collected.value);
  return read.success ? ok(read.data) : no(refusalOf(signature, collected.value, read.error));
};

/** The first thing that is wrong: an argument nobody gave goes before one that is not as it should be. */
const refusalOf = (
  { command, positional, expects }: Signature,
  given: Params,
  { issues }: z.ZodError,
): Refusal => {
  const missing = positional.find((name) => !(name in given) && issues.some(({ path }) => path[0] === name));
  if (missing !== undefined) return { no: 'missing-argument', command, argument: missing };
  const [issue] = issues;
  if (issue?.code === 'unrecognized_keys')
    return { no: 'bad-argument', command, argument: issue.keys.join(', '), expected: 'known' };
  const [argument] = issue?.path ?? [];
  if (argument === undefined) return { no: 'bad-argument', command, argument: command, expected: 'settings' };
  // The path of a strict object's issue begins with one of its keys.
  const expected = expects?.[String(argument)] ?? (argument as ArgumentName);
  return { no: 'bad-argument', command, argument: String(argument), expected };
};
