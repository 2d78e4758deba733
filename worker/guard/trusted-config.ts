import type { z } from 'zod';
import { type Complaint, parseConfig } from '#db/config/read-config';
import { no, ok, type Result } from '#policies/result';
import { readTrusted } from './trusted-file.ts';

/** What root wrote for this node, read and checked; null where there is no such file. Complaints name the file. */
export const readTrustedConfig = <S extends z.ZodType>(
  path: string,
  schema: S,
): Result<z.infer<S> | null, readonly Complaint[]> => {
  const bytes = readTrusted(path);
  if (!bytes.ok) return bytes;
  if (bytes.value === null) return ok(null);
  const read = parseConfig(bytes.value.toString('utf8'), schema);
  return read.ok ? read : no(read.error.map((one) => ({ ...one, at: `${path} ${one.at}`.trim() })));
};
