import { z } from 'zod';
import { readWith } from '#policies/read-with';
import type { BytePath } from '../changeset/change.ts';
import type { EffectClass } from './shims/handling.ts';

/** How a call that reached past the files was met. `files-only`: what it would have started or stopped beside them (`--now`) was not. `unanswered`: a question nobody knew the answer to; it failed. */
export type Met =
  | 'files'
  | 'files-only'
  | 'inside'
  | 'recorded'
  | 'denied'
  | 'answered'
  | 'unanswered'
  | 'dialog';

/**
 * One call, as bytes (latin1), in the order in which they came: `seq` from 1. `known` is false for a word that no table
 * has, which people must look at. A script can make such a record by asking for the thing, and in no other way.
 */
export type Recorded = {
  readonly seq: number;
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: BytePath;
  readonly effect: EffectClass;
  readonly met: Met;
  readonly known: boolean;
};

/** Longest call that is taken, in bytes, name and folder included; far above any that a tool of the table needs. */
export const LONGEST_CALL = 128 * 1024;

/** What a stand-in says: a program of the table, the folder it was called in, the arguments. */
const said = z.tuple([z.string().regex(/^[A-Za-z0-9._+-]{1,64}$/), z.string().startsWith('/')], z.string());

/** The call in the bytes of one connection, undefined where they are none. */
export const parseCall = (
  bytes: Buffer,
): { readonly program: string; readonly cwd: BytePath; readonly args: readonly string[] } | undefined => {
  const parsed = readWith(said, bytes.toString('latin1').split('\0'));
  if (!parsed.success) return undefined;
  const [program, cwd, ...args] = parsed.data;
  return { program, cwd, args };
};
