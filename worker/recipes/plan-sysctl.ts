import type { Recipe } from '#policies/recipes/recipe';
import { ok } from '#policies/result';
import { plainSysctl, readSysctl } from '../shell/sysctl.ts';
import type { RecipeHost } from './host.ts';
import { joined, type Part, type Planned, part } from './part.ts';

/** A setting that this kernel does not have is none to change: its line in the file beside it does nothing either. */
const planOne = ({ root }: RecipeHost, key: string, wanted: string): Part => {
  const before = readSysctl(root, key);
  const after = plainSysctl(wanted);
  if (before === null) return part({ checks: [{ check: 'host-setting', state: 'warn', facts: { key } }] });
  return part({
    effects: before === after ? [] : [{ kind: 'sysctl', key, before, after }],
    basis: [{ of: `sysctl ${key}`, value: before }],
    probes: [{ probe: 'sysctl', key, want: after }],
  });
};

/** Kernel settings that are not yet as the recipe wants them, with the values of now. */
export const planSysctl = (host: RecipeHost, { sysctl }: Recipe): Planned =>
  ok(joined(Object.entries(sysctl).map(([key, wanted]) => planOne(host, key, wanted))));
