import { z } from 'zod';
import { readWith } from '#policies/read-with';
import type { ChangeSet } from './change.ts';

const owned = { uid: z.int().min(0), gid: z.int().min(0), xattrs: z.record(z.string(), z.string()) };
const moded = { ...owned, mode: z.int().min(0).max(0o7777) };
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const MetaRow = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('file'), ...moded, size: z.int().min(0), sha256, nlink: z.int().min(1) }),
  z.strictObject({ type: z.literal('directory'), ...moded }),
  z.strictObject({ type: z.literal('symlink'), ...owned, target: z.string() }),
  z.strictObject({ type: z.enum(['fifo', 'socket']), ...moded }),
  z.strictObject({ type: z.enum(['character', 'block']), ...moded, rdev: z.int().min(0) }),
]);

/** Absolute and normalized: no empty, `.` or `..` step, no byte zero. */
const path = z
  .string()
  .regex(/^\/(?!.*\/\/)[^\0]*$/s)
  .refine(
    (text) =>
      text === '/' ||
      text
        .slice(1)
        .split('/')
        .every((name) => !['', '.', '..'].includes(name)),
  );

export const ChangeRows = z.array(
  z
    .strictObject({ path, before: MetaRow.nullable(), after: MetaRow.nullable(), link: path.exactOptional() })
    .refine(({ before, after }) => before !== null || after !== null),
);

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // What a person or a broken disk wrote into the file need not be JSON; the caller says that it was altered.
    return undefined;
  }
};

/** The changes that a stored text holds, undefined where it holds anything else. */
export const parseChanges = (text: string): ChangeSet | undefined => readWith(ChangeRows, jsonOf(text)).data;
