import type { Effect } from '#policies/effect';
import type { NetworkHost } from '../network/network-host.ts';
import type { Places } from '../scripts/places.ts';
import { ACCESS } from './access.ts';
import { API } from './api.ts';
import { CHANGESET } from './changeset.ts';
import { DIVERSION } from './diversion.ts';
import type { Ended, Found, Kind, OnTask, Trace } from './effect.ts';
import { FILE, type Host } from './file.ts';
import { FOLDER } from './folder.ts';
import type { Api } from './follow.ts';
import { NETWORK } from './network.ts';
import { PACKAGE } from './package.ts';
import { POOL_PROPERTY } from './pool-property.ts';
import { KERNEL_CMDLINE, REFRESHED_FILE } from './refreshed-file.ts';
import { SYSCTL } from './sysctl.ts';
import { UNIT } from './unit.ts';

/**
 * What effects act on: this machine's files and network (null = it is not this machine's), and the Proxmox API with the actor's
 * token (null = there is none).
 */
export type Surroundings = {
  readonly host: Host;
  readonly api: Api | null;
  readonly network: NetworkHost | null;
  /** Where change sets are kept; absent where nothing is rehearsed. */
  readonly changes?: Places;
};

type Kinds = { readonly [K in Effect['kind']]: Kind<Extract<Effect, { kind: K }>, Surroundings> };

/** Every kind of effect a plan can hold. */
const KINDS: Kinds = {
  access: ACCESS,
  api: API,
  file: FILE,
  folder: FOLDER,
  diversion: DIVERSION,
  network: NETWORK,
  changeset: CHANGESET,
  'refreshed-file': REFRESHED_FILE,
  'kernel-cmdline': KERNEL_CMDLINE,
  package: PACKAGE,
  unit: UNIT,
  sysctl: SYSCTL,
  'pool-property': POOL_PROPERTY,
};

const kindOf = (effect: Effect): Kind<Effect, Surroundings> =>
  // The row picked by an effect's kind takes exactly that effect.
  KINDS[effect.kind] as Kind<Effect, Surroundings>;

/** Sends an effect, once, and follows it to its end. */
export const applyEffect = (around: Surroundings, effect: Effect, onTask: OnTask): Promise<Ended> =>
  kindOf(effect).apply(around, effect, onTask);

/** Finds out by looking whether an effect happened that may have been sent. Sends nothing. */
export const lookAt = (around: Surroundings, effect: Effect, trace: Trace): Promise<Found> =>
  kindOf(effect).look(around, effect, trace);

/** The effect that takes this one back, or null where none does. */
export const invertEffect = (effect: Effect): Effect | null => kindOf(effect).invert(effect);
