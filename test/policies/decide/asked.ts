import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { DecisionRequest } from '#policies/decide/request';
import { NodeName } from '#policies/ids';
import { RISKS } from '#policies/risk';
import { Rules } from '#policies/rules/schema';
import { Target } from '#policies/target';
import { omar } from '../people.ts';

export const target = Target.parse({ kind: 'guest', site: 'home', vmid: 101 });

/** omar asks to stop guest 101, of which everything is known, on a Wednesday at noon (UTC). */
export const asked = (more: Partial<DecisionRequest> = {}): DecisionRequest => ({
  at: Date.UTC(2026, 10, 25, 12),
  action: 'guest.stop',
  target,
  risk: 'high',
  requester: omar,
  platform: 'console',
  node: NodeName.parse('pve1'),
  pool: '',
  tags: [],
  registeredTags: [],
  facts: {
    quorum: 'yes',
    node_online: 'yes',
    guest_kind: 'qemu',
    power: 'running',
    last_backup: 'within-a-day',
  },
  ...more,
});

export const preset = (name: string): Rules =>
  Rules.parse(
    parse(readFileSync(new URL(`../../../policies/rules/presets/${name}.yaml`, import.meta.url), 'utf8')),
  );

/** A rule file with these rules, as it is written. */
export const ruleFile = (rules: readonly unknown[], rest: object = {}): Rules =>
  Rules.parse({ version: 1, ...rest, rules });

/** Who belongs to groups where a test needs some. */
const GROUPS = { net: ['tom', 'maria'], storage: ['maria'] };

/** Rules that ask the same for everything. */
export const needing = (...need: readonly object[]): Rules =>
  ruleFile([{ id: 'all', match: { risk: [...RISKS] }, need, expires: '30m' }], { groups: GROUPS });
