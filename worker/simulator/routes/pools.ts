import { storageResource } from '../cluster-rows.ts';
import { Failure } from '../failure.ts';
import { resourceRow } from '../guest-rows.ts';
import { type Answer, anyone, type Call, holds, need, type Route, required } from '../route.ts';
import type { Pool } from '../world.ts';

const guests = (call: Call, pool: Pool) =>
  [...pool.vmids].flatMap((vmid) => {
    const guest = call.cluster.world.guests.get(vmid);
    if (guest === undefined) return [];
    const { pool: _pool, tags: _tags, ...row } = { tags: undefined, ...resourceRow(call.cluster, guest) };
    return [row];
  });

const storages = (call: Call, pool: Pool) =>
  [...pool.storages].flatMap((id) => {
    const storage = call.cluster.world.storages.get(id);
    return storage === undefined ? [] : [storageResource(call.cluster, storage, call.cluster.local)];
  });

const MEMBERS: Record<string, (call: Call, pool: Pool) => readonly object[]> = {
  qemu: (call, pool) => guests(call, pool).filter((row) => row.type === 'qemu'),
  lxc: (call, pool) => guests(call, pool).filter((row) => row.type === 'lxc'),
  storage: storages,
};

const members = (call: Call, pool: Pool) => {
  const { type } = call.parameters;
  const source = type === undefined ? undefined : MEMBERS[type];
  return source === undefined ? [...guests(call, pool), ...storages(call, pool)] : source(call, pool);
};

const poolOf = (call: Call): Pool => {
  const id = required(call, 'poolid');
  const pool = call.cluster.world.pools.get(id);
  if (pool === undefined) throw new Failure(`pool '${id}' does not exist`);
  return pool;
};

const comment = (pool: Pool) => (pool.comment === '' ? {} : { comment: pool.comment });

const one = (call: Call): Answer => {
  const pool = poolOf(call);
  return { data: { poolid: pool.id, ...comment(pool), members: members(call, pool) } };
};

/** With `poolid` one row with its members, as the newer form of `/pools/{poolid}`. */
const list = (call: Call): Answer => {
  const wanted = call.parameters.poolid;
  const seen = [...call.cluster.world.pools.values()].filter((pool) =>
    holds(call, `/pool/${pool.id}`, 'Pool.Audit'),
  );
  if (wanted === undefined) return { data: seen.map((pool) => ({ poolid: pool.id, ...comment(pool) })) };
  const pool = poolOf(call);
  need('/pool/{poolid}', 'Pool.Audit')(call);
  return { data: [{ poolid: pool.id, ...comment(pool), members: members(call, pool) }] };
};

export const POOL_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/pools', permission: anyone, handler: list },
  { method: 'GET', path: '/pools/{poolid}', permission: need('/pool/{poolid}', 'Pool.Audit'), handler: one },
];
