import type { Image } from '#db/journal/claim';
import { isFileEffect } from '#policies/effect';
import type { Plan } from '#policies/plan';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { problemText } from '../changeset/problem.ts';
import { readFileState } from '../changeset/read-file.ts';
import type { Worker } from './worker.ts';

/** What every file of the plan is right now; stored with the claim, so that it is on disk before the first step. */
export const imagesOf = (
  { around }: Pick<Worker, 'around'>,
  { effects }: Plan,
): Result<readonly Image[], WorkerRefusal> => {
  const images: Image[] = [];
  for (const [step, effect] of effects.entries()) {
    if (!isFileEffect(effect)) continue;
    const state = readFileState(around.host.root, effect.path);
    if (!state.ok)
      return no({
        no: 'checks-failed',
        checks: [
          { check: 'host-file', state: 'stop', facts: { path: effect.path, why: problemText(state.error) } },
        ],
      });
    images.push({ step, path: effect.path, state: state.value });
  }
  return ok(images);
};
