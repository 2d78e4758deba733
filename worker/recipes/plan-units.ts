import type { Check } from '#policies/check';
import type { UnitState } from '#policies/host-effect';
import type { Recipe, RecipeUnit } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { sameUnit } from '../effects/unit.ts';
import { readUnit } from '../shell/systemctl.ts';
import type { RecipeHost } from './host.ts';
import { joined, type Part, type Planned, part } from './part.ts';

/** States that enabling, disabling and masking lead away from and back to. */
const MOVABLE = ['enabled', 'disabled', 'masked'];

type Looked = { readonly part: Part; readonly stop?: Check };

const stopped = (unit: string, { enabled }: UnitState): Looked => ({
  part: part({}),
  stop: { check: 'service', state: 'stop', facts: { unit, state: enabled } },
});

const planOne = async (
  { root }: RecipeHost,
  { unit, enabled, active }: RecipeUnit,
  brought: boolean,
): Promise<Looked> => {
  const now = await readUnit(root, unit);
  const isThere = now.enabled !== 'not-found';
  if (!isThere && !brought) return enabled === 'enabled' ? stopped(unit, now) : { part: part({}) };
  if (isThere && !MOVABLE.includes(now.enabled)) return stopped(unit, now);
  // A unit that the recipe brings along is not enabled when its file is there.
  const before = isThere ? now : { enabled: 'disabled', active: now.active === null ? null : false };
  const after = { enabled, active: now.active === null ? null : active };
  return {
    part: part({
      effects: sameUnit(before, after) ? [] : [{ kind: 'unit', unit, before, after }],
      basis: [{ of: `unit ${unit}`, value: JSON.stringify(now) }],
      probes: [{ probe: 'unit', unit, want: after }],
    }),
  };
};

/** Units that are not yet as the recipe wants them, with the states they are in. */
export const planUnits = async (host: RecipeHost, { units, files }: Recipe): Promise<Planned> => {
  const brought = (unit: string): boolean => files.some(({ path }) => path === `/etc/systemd/system/${unit}`);
  const looked = await Promise.all(units.map((one) => planOne(host, one, brought(one.unit))));
  const stops = looked.flatMap(({ stop }) => stop ?? []);
  return stops.length > 0
    ? no({ no: 'checks-failed', checks: stops })
    : ok(joined(looked.map((one) => one.part)));
};
