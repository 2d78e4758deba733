import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { digestOf } from '#db/canonical';
import { readWith } from '#policies/read-with';
import { no, ok, type Result } from '#policies/result';
import type { ChangeProblem } from '../changeset/change-problem.ts';
import type { Mount } from '../changeset/host-tree.ts';
import { parseChanges } from '../changeset/parse-changes.ts';
import { contentPath, type Sealed, seal } from '../changeset/seal.ts';

/** A plan in one file that can be carried to where it is applied: all contents are in it, in base64. */
const PlanFile = z.strictObject({
  quorate: z.literal('plan'),
  version: z.literal(1),
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in hex'),
  root: z.string().startsWith('/'),
  command: z.array(z.string()),
  mounts: z.array(z.strictObject({ path: z.string(), profile: z.enum(['posix', 'pmxcfs']) })),
  changes: z.string(),
  content: z.record(z.string(), z.base64()),
});

/** What a saved plan brings along. */
export type SavedPlan = {
  readonly sealed: Sealed;
  readonly root: string;
  readonly command: readonly string[];
  readonly mounts: readonly Mount[];
};

/** What people compare: it stands for the changes, and for where they are made, of which command they are said to be. */
export const planDigest = ({ sealed, root, command, mounts }: SavedPlan): string =>
  digestOf({ changes: sealed.digest, root, command, mounts });

/** Why a file is no plan that may be applied. */
export type NoPlanFile =
  | { readonly file: 'unreadable' | 'malformed'; readonly why: string }
  | { readonly file: 'other-digest'; readonly digest: string }
  | { readonly file: 'incomplete'; readonly problem: ChangeProblem };

const contentIn = ({ changes }: Sealed): readonly string[] => [
  ...new Set(changes.flatMap(({ after }) => (after?.type === 'file' ? [after.sha256] : []))),
];

/** Writes a plan into one file, for its owner alone; never over another. */
export const savePlan = (path: string, store: string, plan: SavedPlan): void => {
  const { sealed, ...rest } = plan;
  const content = Object.fromEntries(
    contentIn(sealed).map((sha256) => [sha256, readFileSync(contentPath(store, sha256)).toString('base64')]),
  );
  const changes = JSON.stringify(sealed.changes);
  const text = JSON.stringify({
    quorate: 'plan',
    version: 1,
    digest: planDigest(plan),
    ...rest,
    changes,
    content,
  });
  writeFileSync(path, `${text}\n`, { mode: 0o600, flag: 'wx' });
};

const parsed = (path: string): Result<z.infer<typeof PlanFile>, NoPlanFile> => {
  try {
    const read = readWith(PlanFile, JSON.parse(readFileSync(path, 'utf8')));
    if (read.success) return ok(read.data);
    const [issue] = read.error.issues;
    return no({ file: 'malformed', why: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return no({ file: error instanceof SyntaxError ? 'malformed' : 'unreadable', why });
  }
};

/** Contents laid out as files, for the store to take and to look at again. */
const laidOut = (content: Readonly<Record<string, string>>, folder: string): ReadonlyMap<string, Buffer> =>
  new Map(
    Object.entries(content).map(([sha256, base64], i) => {
      const path = join(folder, String(i));
      writeFileSync(path, Buffer.from(base64, 'base64'), { mode: 0o600 });
      return [sha256, Buffer.from(path)];
    }),
  );

/** Reads a saved plan into the store. Every byte is looked at: what is in the file must come to its digest. */
export const loadPlan = (path: string, store: string): Result<SavedPlan, NoPlanFile> => {
  const file = parsed(path);
  if (!file.ok) return file;
  const { digest, root, command, mounts, content } = file.value;
  const changes = parseChanges(file.value.changes);
  if (!changes) return no({ file: 'malformed', why: 'changes: not a list of changes' });
  const folder = mkdtempSync(join(tmpdir(), 'quorate-plan-'));
  try {
    const sealed = seal(store, { changes, content: laidOut(content, folder) });
    if (!sealed.ok) return no({ file: 'incomplete', problem: sealed.error });
    const plan = { sealed: sealed.value, root, command, mounts };
    const own = planDigest(plan);
    return own === digest ? ok(plan) : no({ file: 'other-digest', digest: own });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
