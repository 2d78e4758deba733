import type { UnitState } from '#policies/host-effect';
import { ok, type Result } from '#policies/result';
import { inRoot } from './in-root.ts';
import { type RunFailure, run } from './run.ts';

/** systemctl(1): enablement is links below the root, which it also reads and writes for a root that nothing runs in. */
const enablement = (root: string, args: readonly string[]): Promise<Result<string, RunFailure>> =>
  run('systemctl', [...(root === '/' ? [] : [`--root=${root}`]), ...args]);

/** What `is-enabled` says of a unit; it says so with exit code 1 for most words. `not-found` where there is none. */
const isEnabled = async (root: string, unit: string): Promise<string> => {
  const said = await enablement(root, ['list-unit-files', '--no-legend', '--no-pager', '--plain', unit]);
  const [, state] = said.ok ? said.value.trim().split(/\s+/) : [];
  return state ?? 'not-found';
};

/** null where no systemd manages the root: in a chroot systemctl says nothing of it. */
const isActive = async (root: string, unit: string): Promise<boolean | null> => {
  const said = await inRoot(root, 'systemctl', ['show', '--property=ActiveState', '--value', unit]);
  const state = said.ok ? said.value.trim() : '';
  return state === '' ? null : state === 'active';
};

/** A unit as it is now. */
export const readUnit = async (root: string, unit: string): Promise<UnitState> => ({
  enabled: await isEnabled(root, unit),
  active: await isActive(root, unit),
});

/** The verb that leads to a state of enablement; states that only a package can bring about have none. */
const VERBS: { readonly [state: string]: string } = {
  enabled: 'enable',
  disabled: 'disable',
  masked: 'mask',
};

/** Takes a unit from one state to another: a mask is lifted first, then it is enabled or not, then it runs or not. */
export const setUnit = async (
  root: string,
  unit: string,
  { before, after }: { readonly before: UnitState; readonly after: UnitState },
): Promise<Result<string, RunFailure>> => {
  if (before.enabled !== after.enabled) {
    if (before.enabled === 'masked') await enablement(root, ['unmask', unit]);
    const verb = VERBS[after.enabled];
    const set = verb === undefined ? ok('') : await enablement(root, [verb, unit]);
    if (!set.ok) return set;
  }
  if (after.active === null || before.active === after.active) return ok('');
  return inRoot(root, 'systemctl', [after.active ? 'start' : 'stop', unit], { timeout: 90_000 });
};
