import assert from 'node:assert/strict';
import { expected } from '#policies/expected';
import { Rules } from '#policies/rules/schema';

export const rule = { id: 'stop', match: { action: ['guest.stop'] }, need: [{ count: 1, role: 'admin' }] };
export const night = { from: '22:00', until: '05:00' };
export const freeze = { id: 'xmas', from: '2026-12-24', until: '2026-12-26', reason: 'nobody is here' };
export const FILE = { version: 1, zone: 'Europe/Berlin', groups: { net: ['ada'] }, rules: [rule] };

export const fileOf = (more: object) => ({ ...FILE, ...more });
export const ruled = (more: object) => fileOf({ rules: [{ ...rule, ...more }] });
export const matching = (match: object) => ruled({ match });
export const glassed = (more: object) => fileOf({ break_glass: { who: { role: 'admin' }, ...more } });

const read = (file: object) => Rules.safeParse(file, { error: expected });

export const good = (file: object): Rules => {
  const { success, data, error } = read(file);
  assert.ok(success, JSON.stringify(error?.issues));
  return data;
};

/** Where a file is complained about, and what it says should stand there. */
export const complaints = (file: object): readonly string[] =>
  (read(file).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

/** The one complaint about a file. */
export const complaint = (file: object): string => {
  const all = complaints(file);
  assert.equal(all.length, 1, `${JSON.stringify(file)} ${all.join(' | ')}`);
  return all[0] ?? '';
};

export const first = (file: object) => {
  const [one] = good(file).rules;
  assert.ok(one);
  return one;
};
