import type { Effect } from '#policies/effect';
import type { UnitState } from '#policies/host-effect';
import { readUnit, setUnit } from '../shell/systemctl.ts';
import type { Kind } from './effect.ts';
import { endedBy, failed, foundAs } from './ended.ts';
import type { Host } from './file.ts';

type Unit = Extract<Effect, { kind: 'unit' }>;

/** Are two states of a unit the same, as far as anybody could say? */
export const sameUnit = (a: UnitState, b: UnitState): boolean =>
  a.enabled === b.enabled && (a.active === null || b.active === null || a.active === b.active);

/** Whether a unit starts with the host, and whether it runs now: from the recorded state to the wanted one. */
export const UNIT: Kind<Unit, { readonly host: Host }> = {
  apply: async ({ host: { root } }, { unit, before, after }) => {
    const now = await readUnit(root, unit);
    if (!sameUnit(now, before)) return failed(`${unit} is ${now.enabled}, not ${before.enabled}`);
    return endedBy(`systemctl ${unit}`, await setUnit(root, unit, { before: now, after }));
  },
  look: async ({ host: { root } }, { unit, before, after }) => {
    const now = await readUnit(root, unit);
    return foundAs(sameUnit(now, after), sameUnit(now, before));
  },
  invert: ({ unit, before, after }) => ({ kind: 'unit', unit, before: after, after: before }),
};
