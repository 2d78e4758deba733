import { shownPath } from '../changeset/shown-text.ts';
import type { Drawing } from './drawn.ts';

const KEPT_APART = ['files', 'inside', 'answered'];

/** A plan for programs: one JSON object. Paths and texts are escaped as people see them; states are as they are applied. */
export const planJson = ({ argv, digest, plan, labels }: Drawing): string => {
  const { packages, packageFiles, accounts, units, entries } = plan.explained;
  const { records, mounts, hidden } = plan.seen;
  return JSON.stringify(
    {
      digest,
      command: argv,
      code: plan.code,
      changes: plan.sealed.changes.length,
      files: entries,
      packages,
      packageFiles: packageFiles.length,
      accounts,
      units,
      asked: records
        .filter(({ met }) => !KEPT_APART.includes(met))
        .map(({ program, args, effect, met, known }) => ({
          command: [program, ...args].map(shownPath),
          effect,
          met,
          known,
        })),
      labels,
      notRehearsed: mounts.flatMap((one) =>
        'why' in one ? [{ path: shownPath(one.point), how: one.how, why: one.why }] : [],
      ),
      hidden: [...hidden.folders, ...hidden.files].map(shownPath),
    },
    null,
    2,
  );
};
