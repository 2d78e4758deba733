import type { BackupRun, GuestRow, Inventory } from '#policies/inventory';
import type { Card, Line } from '../chat/card.ts';
import { type BackupAge, backupAges, FRESH } from './backup-age.ts';
import { bytes, ICONS, page } from './look.ts';
import { unknownLine } from './status.ts';
import { listed, outside, type Words, when } from './words.ts';

const asOf = (words: Words, { at }: Inventory): Line => words.say('status.as-of', { when: when(at) });

const names = ({ vmid, name }: GuestRow) => ({ vmid: String(vmid), name: outside(name) });

const ageRow = (words: Words, { guest, newest }: BackupAge, now: number): Line => {
  if (!newest) return words.say('backups.never', { icon: ICONS.bad, ...names(guest) });
  const size = newest.size === null ? '' : ` · ${bytes(newest.size)}`;
  const icon = now - newest.at > FRESH ? ICONS.waiting : ICONS.good;
  const storage = outside(newest.storage);
  return words.say('backups.row', { icon, ...names(guest), when: when(newest.at), storage, size });
};

/** The part of the inventory that has to be known, or the card that says it is not. */
const missing = (words: Words, inventory: Inventory): Card | null => {
  const { guests, backups } = inventory;
  if (!guests.known)
    return page('unknown', unknownLine(words, 'what.guests', guests.why), [asOf(words, inventory)]);
  if (!backups.known)
    return page('unknown', unknownLine(words, 'what.backups', backups.why), [asOf(words, inventory)]);
  return null;
};

/** The last backup of every guest, guests without one first. `now` in ms. */
export const backupsCard = (words: Words, inventory: Inventory, now: number): Card => {
  const { guests, backups, site } = inventory;
  if (!guests.known || !backups.known) return missing(words, inventory) ?? page('unknown', [], []);
  const ages = backupAges(guests.value, backups.value);
  const stale = ages.some(({ newest }) => !newest || now - newest.at > FRESH);
  const lead = words.say('backups.lead', { site: outside(site) });
  const rows = ages.map((age) => ageRow(words, age, now));
  return page(stale ? 'waiting' : 'good', lead, [asOf(words, inventory)], rows);
};

/** Guests that no job covers, or of which no backup exists: two different things, and it says which. */
export const missingBackupsCard = (words: Words, inventory: Inventory): Card => {
  const { guests, backups, uncovered, site } = inventory;
  if (!guests.known || !backups.known) return missing(words, inventory) ?? page('unknown', [], []);
  const jobs = uncovered.known ? [] : [unknownLine(words, 'what.jobs', uncovered.why)];
  const none = new Set(
    backupAges(guests.value, backups.value)
      .filter((age) => !age.newest)
      .map((age) => age.guest.vmid),
  );
  const noJob = new Set(uncovered.known ? uncovered.value : []);
  const rows = guests.value
    .filter((guest) => !guest.template && (none.has(guest.vmid) || noJob.has(guest.vmid)))
    .map((guest) => {
      const why = [
        ...(none.has(guest.vmid) ? [words.say('backups.no-backup')] : []),
        ...(noJob.has(guest.vmid) ? [words.say('backups.no-job')] : []),
      ];
      return words.say('backups.missing-row', { icon: ICONS.bad, ...names(guest), why: listed(why) });
    });
  const lead = words.say('backups.missing-lead', { site: outside(site) });
  const empty = rows.length === 0 && uncovered.known ? [words.say('backups.none-missing')] : [];
  const tone = uncovered.known ? (rows.length === 0 ? 'good' : 'bad') : 'unknown';
  return page(tone, lead, [...jobs, ...empty, asOf(words, inventory)], rows);
};

const runRow = (words: Words, run: BackupRun): Line =>
  words.say('backups.failed-row', {
    when: when(run.at),
    node: outside(run.node),
    what: run.vmid === null ? words.say('backups.job') : String(run.vmid),
    exit: outside(run.exit),
  });

/** Backup runs that ended otherwise than well, newest first. */
export const failedBackupsCard = (words: Words, inventory: Inventory): Card => {
  const { backupRuns, site } = inventory;
  if (!backupRuns.known)
    return page('unknown', unknownLine(words, 'what.runs', backupRuns.why), [asOf(words, inventory)]);
  const failed = backupRuns.value.filter((run) => !run.ok).sort((a, b) => b.at - a.at);
  const lead = words.say('backups.failed-lead', { site: outside(site) });
  const empty = failed.length === 0 ? [words.say('backups.none-failed')] : [];
  return page(
    failed.length === 0 ? 'good' : 'bad',
    lead,
    [...empty, asOf(words, inventory)],
    failed.map((run) => runRow(words, run)),
  );
};
