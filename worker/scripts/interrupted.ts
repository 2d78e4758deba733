import type { UnitJob } from '#policies/change-set';
import type { NodeName } from '#policies/ids';
import type { Blast } from '#policies/plan';

/** The units that are away for a moment while they read files anew: one that can only be restarted, or is asked to be. */
export const interrupted = (node: NodeName, jobs: readonly UnitJob[]): readonly Blast[] =>
  jobs.flatMap((job): readonly Blast[] =>
    job.job === 'daemon-reload' || job.job === 'reload'
      ? []
      : [{ blast: 'service-interrupted', node, service: job.unit }],
  );
