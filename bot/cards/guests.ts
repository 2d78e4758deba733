import type { GuestRow, Inventory } from '#policies/inventory';
import type { Card, Line, Tone } from '../chat/card.ts';
import { backupAges } from './backup-age.ts';
import { bytes, ICONS, page, percent } from './look.ts';
import { unknownLine } from './status.ts';
import { listed, outside, type Words, when } from './words.ts';

const TONES: { readonly [S in GuestRow['status']]: Tone } = {
  running: 'good',
  stopped: 'neutral',
  paused: 'waiting',
  unknown: 'unknown',
};

const values = (words: Words, { vmid, name, status, node }: GuestRow) => ({
  icon: ICONS[TONES[status]],
  vmid: String(vmid),
  name: outside(name),
  status: words.say(`guest-status.${status}`),
  node: outside(node),
});

/** All guests of a site, by number. */
export const guestsCard = (words: Words, inventory: Inventory): Card => {
  const { guests, site, at } = inventory;
  const asOf = words.say('status.as-of', { when: when(at) });
  if (!guests.known) return page('unknown', unknownLine(words, 'what.guests', guests.why), [asOf]);
  const rows = [...guests.value]
    .sort((a, b) => a.vmid - b.vmid)
    .map((guest) => words.say('guests.row', values(words, guest)));
  return page('neutral', words.say('guests.lead', { count: rows.length, site: outside(site) }), [asOf], rows);
};

const backupLine = (words: Words, guest: GuestRow, { backups }: Inventory): Line => {
  if (!backups.known) return unknownLine(words, 'what.backups', backups.why);
  const [age] = backupAges([{ ...guest, template: false }], backups.value);
  return age?.newest
    ? words.say('guest.backup', { when: when(age.newest.at), storage: outside(age.newest.storage) })
    : words.say('guest.no-backup');
};

/** What it uses of processor and memory, where that is known. */
const loadLines = (words: Words, { cpu, memory, maxMemory, uptime }: GuestRow): readonly Line[] => {
  const load = cpu === null || !uptime ? [] : [words.say('guest.cpu', { cpu: percent(cpu) })];
  const isKnown = memory !== null && maxMemory;
  const used = isKnown ? [words.say('guest.memory', { used: bytes(memory), max: bytes(maxMemory) })] : [];
  return load.length + used.length === 0 ? [] : [listed([...load, ...used], ' · ')];
};

/** One guest: where it is, how it is, its last backup, and the changes that were asked for it. */
export const guestCard = (
  words: Words,
  guest: GuestRow,
  inventory: Inventory,
  changes: readonly Line[],
): Card => {
  const { uptime, lock, tags, pool } = guest;
  const plainKind = words.say(`guest-kind.${guest.kind}`);
  const kind = guest.template ? words.say('guest.template', { kind: plainKind }) : plainKind;
  const must: Line[] = [words.say('guest.place', { kind, node: outside(guest.node) })];
  must.push(...loadLines(words, guest));
  if (uptime) must.push(words.say('guest.uptime', { when: when(inventory.at - uptime * 1000) }));
  if (lock) must.push(words.say('guest.lock', { lock: outside(lock) }));
  if (tags.length > 0) must.push(words.say('guest.tags', { tags: outside(tags.join(', ')) }));
  if (pool) must.push(words.say('guest.pool', { pool: outside(pool) }));
  must.push(backupLine(words, guest, inventory), words.say('status.as-of', { when: when(inventory.at) }));
  const history = changes.length > 0 ? [words.say('guest.changes'), ...changes] : [];
  return page(TONES[guest.status], words.say('guest.lead', values(words, guest)), must, history);
};
