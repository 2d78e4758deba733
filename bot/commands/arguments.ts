import type { ZodType } from 'zod';
import type { ArgumentName } from '#policies/actions';
import type { Json } from '#policies/json';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';

type Params = { readonly [name: string]: Json };

/** What a command's arguments are: names that may be given by position, in order, and the schema that reads them. */
export type Signature = {
  readonly command: string;
  readonly positional: readonly string[];
  readonly args: ZodType;
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
export const readArguments = (signature: Signature, words: readonly string[]): Result<Params, Refusal> => {
  const { command, positional, args } = signature;
  const collected = collect(signature, words);
  if (!collected.ok) return collected;
  const read = args.safeParse(collected.value);
  // Arguments come out of the catalogue's strict object schemas: an object of JSON values.
  if (read.success) return ok(read.data as Params);
  const missing = positional.find((name) => !(name in collected.value));
  if (missing !== undefined) return no({ no: 'missing-argument', command, argument: missing });
  const [issue] = read.error.issues;
  if (issue?.code === 'unrecognized_keys')
    return no({
      no: 'bad-argument',
      command,
      argument: issue.keys.join(', '),
      expected: 'known',
    });
  const [argument] = issue?.path ?? [];
  if (argument === undefined)
    return no({ no: 'bad-argument', command, argument: command, expected: 'settings' });
  // The path of a strict object's issue begins with one of its keys.
  return no({ no: 'bad-argument', command, argument: String(argument), expected: argument as ArgumentName });
};
