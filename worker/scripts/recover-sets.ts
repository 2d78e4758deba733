import { existsSync } from 'node:fs';
import { shownPath } from '../changeset/shown-text.ts';
import { sweepSets } from '../changeset/sweep-sets.ts';
import { recover } from '../changeset/undo.ts';
import type { Log } from '../jobs/worker.ts';
import { hostMounts } from './host-mounts.ts';
import { workshop } from './places.ts';
import type { ScriptHost } from './script-host.ts';

/**
 * Before anything else of a worker: change sets that it was killed in are taken back, so that each is whole or not there. One that
 * cannot be, since its mount is gone for one, keeps nobody from starting: its change is found to be neither, and people are told.
 */
export const recoverSets = ({ places, root }: Pick<ScriptHost, 'places' | 'root'>, log: Log): void => {
  if (!existsSync(places.journal)) return;
  try {
    for (const { id, left } of recover(workshop(places, root, hostMounts(root))))
      log('warn', 'a change set that was cut short was taken back', {
        change: id,
        left: left.map(shownPath),
      });
  } catch (error) {
    log('error', 'a change set that was cut short could not be taken back', { error });
  }
};

/** And then what was sealed for plans that were dropped goes; a disk that lets nothing go keeps nobody from starting either. */
export const forgetDropped = (
  { places }: Pick<ScriptHost, 'places'>,
  needed: ReadonlySet<string>,
  log: Log,
): void => {
  try {
    const count = sweepSets(places.store, needed);
    if (count > 0) log('info', 'change sets of plans that were dropped are gone', { count });
  } catch (error) {
    log('warn', 'change sets of plans that were dropped could not be removed', { error });
  }
};
