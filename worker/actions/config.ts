import type { ActionArgs } from '#policies/actions';
import type { ApiCall, SettingDiff } from '#policies/effect';
import type { Probe } from '#policies/probe';
import { no, ok } from '#policies/result';
import { configPrivileges, type Need } from '../proxmox/privileges.ts';
import type { Planner } from './action.ts';
import { call, step } from './call.ts';
import type { GuestFacts } from './guest.ts';
import { guestPlanner } from './guest-draft.ts';
import { inForce, normal } from './setting.ts';

type Settings = ActionArgs<'config.set'>;

/** Settings that a running VM takes up at its next start; a container takes all of these at once (seen on PVE 8.4). */
const AFTER_RESTART = new Set(['memory', 'cores']);

const textOf = (value: string | number | boolean): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : String(value);

/** What was asked for as Proxmox would store it; null where it removes the setting. */
const wantedOf = (settings: Settings): ReadonlyMap<string, string | null> =>
  new Map(
    Object.entries(settings).flatMap(([key, value]) => {
      if (value === undefined) return [];
      const text = normal(key, textOf(value));
      return [[key, text === '' ? null : text] as const];
    }),
  );

const changesOf = (guest: GuestFacts, settings: Settings): SettingDiff[] =>
  [...wantedOf(settings)].flatMap(([key, after]) => {
    const before = guest.settings.get(key) ?? null;
    return inForce(key, before) === inForce(key, after) ? [] : [{ key, before, after }];
  });

/** The request that brings every setting to one side of the diff; what is not set there is deleted. */
const putSettings = (
  path: string,
  diff: readonly SettingDiff[],
  want: { readonly side: 'before' | 'after'; readonly digest?: string },
): ApiCall => {
  const set = diff.flatMap((row) => {
    const value = row[want.side];
    return value === null ? [] : [[row.key, value] as const];
  });
  const gone = diff.filter((row) => row[want.side] === null).map(({ key }) => key);
  return call('PUT', `${path}/config`, {
    ...Object.fromEntries(set),
    delete: gone.length > 0 ? gone.join(',') : undefined,
    digest: want.digest,
  });
};

const probesOf = (diff: readonly SettingDiff[]): Probe[] =>
  diff.map(({ key, after }) => ({ probe: 'setting', key, want: after }));

const needsOf = (settings: Settings): Need[] =>
  [...wantedOf(settings).keys()].flatMap((key) => {
    const privilege = configPrivileges[key];
    return privilege === undefined ? [] : [{ path: '/vms/{vmid}', anyOf: [privilege] }];
  });

/** `/set`: only what differs is sent, under the digest that was read; undone by the values of before. */
export const configSet: Planner<'config.set'> = guestPlanner('config.set', {
  needs: ({ args }) => needsOf(args),
  demands: () => ({
    states: ['running', 'stopped', 'paused', 'hibernated'],
    quorum: 'needed',
    template: 'allowed',
  }),
  part: ({ guest, args }) => {
    const diff = changesOf(guest, args);
    if (diff.length === 0) return no({ no: 'nothing-to-do' });
    const waits = guest.at.kind === 'qemu' && guest.state !== 'stopped';
    return ok({
      effects: [
        step(putSettings(guest.path, diff, { side: 'after', digest: guest.digest }), {
          answer: 'done',
          diff,
          inverse: putSettings(guest.path, diff, { side: 'before' }),
        }),
      ],
      probes: probesOf(diff),
      blast: diff
        .filter(({ key }) => waits && AFTER_RESTART.has(key))
        .map(({ key }) => ({ blast: 'after-restart' as const, key })),
      undo: { possible: true },
    });
  },
});
