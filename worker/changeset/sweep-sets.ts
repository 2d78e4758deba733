import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { namesIn } from './names-in.ts';
import { parseChanges } from './parse-changes.ts';

/** The contents that a list of changes brings, undefined where it cannot be read: then nobody knows. */
const contentsIn = (manifest: string): readonly string[] | undefined =>
  parseChanges(readFileSync(manifest, 'utf8'))?.flatMap(({ after }) =>
    after?.type === 'file' ? [after.sha256] : [],
  );

/**
 * Removes the sealed sets that nothing needs any more from `store`, and then the contents that none of the others brings; answers how
 * many sets went. To be called before anything is sealed: what is being sealed is in no list yet. May be killed anywhere.
 */
export const sweepSets = (store: string, needed: ReadonlySet<string>): number => {
  const [sets, content] = [join(store, 'sets'), join(store, 'content')];
  const gone = namesIn(sets).filter((name) => !needed.has(name.replace(/\.json$/, '')));
  for (const name of gone) rmSync(join(sets, name));
  const kept = namesIn(sets).map((name) => contentsIn(join(sets, name)));
  if (kept.includes(undefined)) return gone.length;
  const used = new Set(kept.flatMap((one) => one ?? []));
  for (const name of namesIn(content)) if (!used.has(name)) rmSync(join(content, name));
  return gone.length;
};
