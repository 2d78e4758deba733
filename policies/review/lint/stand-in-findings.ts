import type { Rules } from '../../rules/schema.ts';
import { standInsOf } from '../../rules/stand-in.ts';
import type { Finding } from './finding.ts';
import type { Population } from './people-findings.ts';

/** Stand-ins that do nothing, or not what somebody may have meant, at a moment (ms). `population` null: nobody knows who there is. */
export const standInFindings = (
  rules: Rules,
  at: number,
  population: Population | null,
): readonly Finding[] => {
  const all = standInsOf(rules);
  const known = new Set(population?.people.map(({ id }) => id));
  return all.flatMap((one): readonly Finding[] => {
    const pair = { for: one.for, by: one.by };
    const strangers = population ? [one.for, one.by].filter((id) => !known.has(id)) : [];
    const onward = all.some((other) => other.for === one.by && other.by !== one.for);
    const circle = all.some((other) => other.for === one.by && other.by === one.for);
    return [
      ...strangers.map((person) => ({ lint: 'stand-in-unknown' as const, person })),
      ...(one.until <= at ? [{ lint: 'stand-in-ended' as const, ...pair }] : []),
      ...(onward ? [{ lint: 'stand-in-chain' as const, ...pair }] : []),
      ...(circle ? [{ lint: 'stand-in-circle' as const, ...pair }] : []),
    ];
  });
};
