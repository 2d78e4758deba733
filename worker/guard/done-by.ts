import type { ActionName } from '#policies/actions';
import type { ApiCall, Effect } from '#policies/effect';

const GUEST = String.raw`^/nodes/[^/]+/(?:qemu|lxc)/\d+`;

/** What a request does, by the name of the catalogue, whichever action it is a part of. */
const CALLS: readonly (readonly [ApiCall['method'], RegExp, ActionName])[] = [
  ['POST', new RegExp(`${GUEST}/status/start$`), 'guest.start'],
  ['POST', new RegExp(`${GUEST}/status/shutdown$`), 'guest.shutdown'],
  ['POST', new RegExp(`${GUEST}/status/reboot$`), 'guest.reboot'],
  ['POST', new RegExp(`${GUEST}/status/stop$`), 'guest.stop'],
  ['POST', new RegExp(`${GUEST}/status/suspend$`), 'guest.suspend'],
  ['POST', new RegExp(`${GUEST}/status/resume$`), 'guest.resume'],
  ['POST', new RegExp(`${GUEST}/snapshot$`), 'snapshot.create'],
  ['DELETE', new RegExp(`${GUEST}/snapshot/[^/]+$`), 'snapshot.delete'],
  ['POST', new RegExp(`${GUEST}/snapshot/[^/]+/rollback$`), 'snapshot.rollback'],
  ['POST', /^\/nodes\/[^/]+\/vzdump$/, 'backup.create'],
  ['PUT', new RegExp(`${GUEST}/config$`), 'config.set'],
  ['PUT', new RegExp(`${GUEST}/resize$`), 'disk.grow'],
  ['POST', new RegExp(`${GUEST}/migrate$`), 'guest.migrate'],
  ['DELETE', new RegExp(`${GUEST}$`), 'guest.destroy'],
  ['POST', /^\/nodes\/[^/]+\/status$/, 'node.reboot'],
  ['POST', /^\/nodes\/[^/]+\/services\/[^/]+\/restart$/, 'node.service-restart'],
];

/** The action of the catalogue that does what this effect does; undefined for what the catalogue does not know. */
export const actionOf = (effect: Effect): ActionName | undefined => {
  if (effect.kind === 'network') return 'network.apply';
  if (effect.kind === 'changeset') return 'host.script';
  if (effect.kind !== 'api') return 'host.recipe';
  const { method, path } = effect.call;
  return CALLS.find(([verb, shape]) => verb === method && shape.test(path))?.[2];
};
