import type { Effect } from '#policies/effect';
import type { Ended, Found, Kind } from './effect.ts';
import { findStates, type Host, writeStates } from './file.ts';
import { refresh } from './refresh.ts';

type Refreshed = Extract<Effect, { kind: 'refreshed-file' | 'kernel-cmdline' }>;
type Around = { readonly host: Host };

const refreshOf = ({ root }: Host, effect: Refreshed): Promise<Ended> =>
  refresh(root, effect.kind === 'kernel-cmdline' ? { by: 'loader', loader: effect.loader } : effect.refresh);

/** Has a text that is there count; where it could not be made to, it is put back and the earlier one counts again. */
const counted = async (host: Host, effect: Refreshed): Promise<Ended> => {
  const ended = await refreshOf(host, effect);
  if (ended.did === 'done') return ended;
  const back = writeStates(host, { path: effect.path, before: effect.after, after: effect.before });
  if (back.did !== 'done') return { did: 'lost', why: 'answer-lost', upid: null };
  await refreshOf(host, effect);
  return ended;
};

const apply = async ({ host }: Around, effect: Refreshed): Promise<Ended> => {
  const written = writeStates(host, effect);
  return written.did === 'done' ? counted(host, effect) : written;
};

/** Whether it was refreshed nobody can see, and doing that once more changes nothing else. */
const look = async ({ host }: Around, effect: Refreshed): Promise<Found> => {
  const found = findStates(host, effect);
  return found.did === 'done' ? counted(host, effect) : found;
};

const invert = <E extends Refreshed>(effect: E): E => ({
  ...effect,
  before: effect.after,
  after: effect.before,
});

/** A file whose text counts once a program was run: an initramfs made anew, a unit restarted. */
export const REFRESHED_FILE: Kind<Extract<Effect, { kind: 'refreshed-file' }>, Around> = {
  apply,
  look,
  invert,
};

/** The kernel's command line, in the file of what boots this host. It counts from the next start on. */
export const KERNEL_CMDLINE: Kind<Extract<Effect, { kind: 'kernel-cmdline' }>, Around> = {
  apply,
  look,
  invert,
};
