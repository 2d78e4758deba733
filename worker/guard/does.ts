import type { ActionName } from '#policies/actions';
import type { ApiCall, Effect } from '#policies/effect';

/** What a call does to a guest or node, by the end of its path, whichever action sends it. */
const CALLS: readonly (readonly [ApiCall['method'], RegExp, ActionName])[] = [
  ['POST', /\/status\/start$/, 'guest.start'],
  ['POST', /\/status\/shutdown$/, 'guest.shutdown'],
  ['POST', /\/status\/reboot$/, 'guest.reboot'],
  ['POST', /\/status\/stop$/, 'guest.stop'],
  ['POST', /\/status\/suspend$/, 'guest.suspend'],
  ['POST', /\/status\/resume$/, 'guest.resume'],
  ['POST', /\/snapshot$/, 'snapshot.create'],
  ['DELETE', /\/snapshot\/[^/]+$/, 'snapshot.delete'],
  ['POST', /\/snapshot\/[^/]+\/rollback$/, 'snapshot.rollback'],
  ['POST', /\/vzdump$/, 'backup.create'],
  ['PUT', /\/config$/, 'config.set'],
  ['PUT', /\/resize$/, 'disk.grow'],
  ['POST', /\/migrate$/, 'guest.migrate'],
  ['DELETE', /\/(qemu|lxc)\/\d+$/, 'guest.destroy'],
  ['POST', /\/services\/[^/]+\/restart$/, 'node.service-restart'],
];

/**
 * The action of the catalogue that an effect amounts to, so that what a node denies is denied as the way back from
 * something else, too: the undo of a start is a shutdown. Undefined for a call that no action makes.
 */
export const doneBy = (effect: Effect): ActionName | undefined => {
  if (effect.kind === 'file') return 'host.recipe';
  const { method, path } = effect.call;
  return CALLS.find(([by, end]) => by === method && end.test(path))?.[2];
};
