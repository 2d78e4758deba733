import { rebootCt, resumeCt, shutdownCt, startCt, stopCt, suspendCt } from '../ct-power.ts';
import { existing, guestAt } from '../guest.ts';
import { currentStatus } from '../guest-rows.ts';
import { type Answer, anyone, type Call, type Method, need, type Route } from '../route.ts';
import { rebootVm, resetVm, resumeVm, shutdownVm, startVm, stopVm, suspendVm } from '../vm-power.ts';
import type { GuestType } from '../world.ts';

const row = (method: Method, type: GuestType, verb: string, handler: Route['handler']): Route => ({
  method,
  path: `/nodes/{node}/${type}/{vmid}/status/${verb}`,
  permission: need('/vms/{vmid}', method === 'GET' ? 'VM.Audit' : 'VM.PowerMgmt'),
  handler,
});

const current =
  (type: GuestType) =>
  (call: Call): Answer => ({
    data: currentStatus(call.cluster, existing(call.cluster, guestAt(call, type))),
  });

const subdirectories =
  (...names: string[]) =>
  (): Answer => ({ data: names.map((subdir) => ({ subdir })) });

export const POWER_ROUTES: readonly Route[] = [
  row('GET', 'qemu', 'current', current('qemu')),
  row('GET', 'lxc', 'current', current('lxc')),
  row('POST', 'qemu', 'start', startVm),
  row('POST', 'qemu', 'stop', stopVm),
  row('POST', 'qemu', 'shutdown', shutdownVm),
  row('POST', 'qemu', 'reboot', rebootVm),
  row('POST', 'qemu', 'suspend', suspendVm),
  row('POST', 'qemu', 'resume', resumeVm),
  row('POST', 'qemu', 'reset', resetVm),
  row('POST', 'lxc', 'start', startCt),
  row('POST', 'lxc', 'stop', stopCt),
  row('POST', 'lxc', 'shutdown', shutdownCt),
  row('POST', 'lxc', 'reboot', rebootCt),
  row('POST', 'lxc', 'suspend', suspendCt),
  row('POST', 'lxc', 'resume', resumeCt),
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/status',
    permission: anyone,
    handler: subdirectories('current', 'start', 'stop', 'reset', 'shutdown', 'suspend', 'reboot'),
  },
];
