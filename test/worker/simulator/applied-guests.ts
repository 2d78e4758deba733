import { buildGuest } from '#worker/simulator/build-world';
import type { World } from '#worker/simulator/world';
import { list, text } from './line-text.ts';
import type { Line } from './story.ts';

export const clone = (world: World, line: Line): void => {
  const source = world.guests.get(Number(line.path.match(/\/(\d+)\/clone$/)?.[1]));
  const vmid = Number(text(line, 'newid'));
  if (source === undefined) return;
  const name = text(line, 'name') ?? text(line, 'hostname');
  const named = name === undefined ? {} : source.type === 'qemu' ? { name } : { hostname: name };
  const { parent: _parent, lock: _lock, ...conf } = source.conf;
  const own = Object.entries({ ...conf, ...named }).map(([key, value]) => [
    key,
    value.replaceAll(String(source.vmid), String(vmid)),
  ]);
  const { node, type, obeys } = source;
  world.guests.set(vmid, buildGuest(type, { vmid, node }, { conf: Object.fromEntries(own), obeys }));
  world.pools.get(text(line, 'pool') ?? '')?.vmids.add(vmid);
};

export const create = (world: World, line: Line): void => {
  const vmid = Number(text(line, 'vmid'));
  const { vmid: _vmid, pool, ...options } = line.body ?? {};
  const conf = Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
  const archived = world.guests.get(Number(text(line, 'archive')?.match(/vzdump-qemu-(\d+)-/)?.[1]));
  const made = { boot: 'order=scsi0', smbios1: 'uuid=0', vmgenid: '0', meta: 'creation-qemu=9.2.0' };
  const disk = { scsi0: `local:${vmid}/vm-${vmid}-disk-0.raw,size=1G`, ...made };
  if (archived !== undefined && !world.guests.has(vmid))
    world.guests.set(
      vmid,
      buildGuest(
        'qemu',
        { vmid, node: 'pve1' },
        { conf: { ...archived.conf, scsi0: disk.scsi0 }, obeys: false },
      ),
    );
  if (archived !== undefined) return;
  world.guests.set(
    vmid,
    buildGuest('qemu', { vmid, node: 'pve1' }, { conf: { ...conf, ...disk }, obeys: false }),
  );
  if (typeof pool === 'string') world.pools.get(pool)?.vmids.add(vmid);
};

export const createPool = (world: World, line: Line): void => {
  const id = text(line, 'poolid') ?? '';
  world.pools.set(id, { id, comment: text(line, 'comment') ?? '', vmids: new Set(), storages: new Set() });
};

export const changePool = (world: World, line: Line): void => {
  const id = line.path.split('/').at(-1) ?? '';
  for (const vmid of list(text(line, 'vms')).map(Number)) {
    for (const pool of world.pools.values()) pool.vmids.delete(vmid);
    if (text(line, 'delete') !== '1') world.pools.get(id)?.vmids.add(vmid);
  }
};

export const changeJob = (world: World, line: Line): void => {
  const id = text(line, 'id') ?? line.path.split('/').at(-1) ?? '';
  const { id: _, delete: gone, ...options } = line.body ?? {};
  const job = world.jobs.get(id) ?? { id, options: { enabled: '1' } };
  for (const [key, value] of Object.entries(options)) if (typeof value === 'string') job.options[key] = value;
  for (const key of list(typeof gone === 'string' ? gone : undefined)) delete job.options[key];
  world.jobs.set(id, job);
};
