import type { World } from '#worker/simulator/world';
import {
  changeAcl,
  changeRole,
  changeUser,
  createGroup,
  createRole,
  createToken,
  createUser,
  removeAccess,
} from './applied-access.ts';
import { changeJob, changePool, clone, create, createPool } from './applied-guests.ts';
import type { Line } from './story.ts';

/** Set-up calls that the simulator does not serve: when the recording answered 200 their effect is put into the world. */
export const APPLIED: readonly (readonly [RegExp, (world: World, line: Line) => void])[] = [
  [/^PUT \/access\/acl$/, changeAcl],
  [/^POST \/access\/roles$/, createRole],
  [/^POST \/access\/groups$/, createGroup],
  [/^POST \/access\/users$/, createUser],
  [/^PUT \/access\/users\/[^/]+$/, changeUser],
  [/^POST \/access\/users\/[^/]+\/token\/[^/]+$/, createToken],
  [/^POST \/pools$/, createPool],
  [/^PUT \/pools\/[^/]+$/, changePool],
  [/^DELETE \/pools\/[^/]+$/, (world, line) => void world.pools.delete(line.path.split('/').at(-1) ?? '')],
  [/^(POST|PUT) \/cluster\/backup(\/[^/]+)?$/, changeJob],
  [/^POST \/nodes\/pve1\/(qemu|lxc)\/\d+\/clone$/, clone],
  [/^POST \/nodes\/pve1\/qemu$/, create],
  [/^PUT \/access\/roles\/[^/]+$/, changeRole],
  [/^DELETE \/access\/(users|groups|roles)\/[^/]+(\/token\/[^/]+)?$/, removeAccess],
  [
    /^DELETE \/cluster\/backup\/[^/]+$/,
    (world, line) => void world.jobs.delete(line.path.split('/').at(-1) ?? ''),
  ],
];
