import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { planDiff } from '#bot/cards/plan-diff';
import { blastLine, checkLines, seenLines } from '#bot/cards/plan-lines';
import { recipeCard } from '#bot/cards/recipes';
import { stepLines } from '#bot/cards/step';
import { plain, wordsOf } from '#bot/cards/words';
import type { Card, Line } from '#bot/chat/card';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import type { Check } from '#policies/check';
import type { Effect } from '#policies/effect';
import type { Seen } from '#policies/probe';
import { samplePlan } from '#test/db/journal/sample';
import { PVE1 } from '#test/worker/jobs/site';

const FOLDER = join(import.meta.dirname, '../../golden/cards');

const file = (content: string) => ({ content, sha256: 'a'.repeat(64), mode: 0o644, uid: 0, gid: 0 });
const deb = (version: string) => ({ version, sha256: 'b'.repeat(64) });

/** One of each kind that a host knows beside plain files. */
const EFFECTS: readonly Effect[] = [
  {
    kind: 'package',
    asked: ['chrony'],
    changes: [
      { name: 'chrony', before: null, after: deb('4.3-2'), config: false },
      { name: 'ntpsec', before: deb('1.2.2'), after: null, config: true },
    ],
  },
  { kind: 'folder', path: '/etc/new.d', before: null, after: { mode: 0o755, uid: 0, gid: 0 } },
  {
    kind: 'refreshed-file',
    path: '/etc/modprobe.d/quorate-zfs-arc.conf',
    before: null,
    after: file('options zfs zfs_arc_max=1073741824\n'),
    refresh: { by: 'initramfs' },
  },
  {
    kind: 'refreshed-file',
    path: '/etc/systemd/journald.conf.d/90-quorate.conf',
    before: file('[Journal]\n'),
    after: file('[Journal]\nSystemMaxUse=1G\n'),
    refresh: { by: 'unit', unit: 'systemd-journald.service' },
  },
  {
    kind: 'kernel-cmdline',
    path: '/etc/kernel/cmdline',
    before: file('root=ZFS=rpool/ROOT/pve-1\n'),
    after: file('root=ZFS=rpool/ROOT/pve-1 iommu=pt\n'),
    loader: 'proxmox-boot-uefi',
  },
  { kind: 'sysctl', key: 'vm.swappiness', before: '60', after: '10' },
  {
    kind: 'diversion',
    path: '/usr/bin/gzip',
    to: '/usr/bin/gzip.distrib',
    wrapper: { ...file('#!/bin/sh\nexec /usr/bin/gzip.distrib "$@"\n'), mode: 0o755 },
    way: 'there',
  },
  {
    kind: 'access',
    way: 'add',
    entry: { of: 'role', role: 'GuestOperator', privileges: ['VM.Audit', 'VM.Backup'] },
  },
  { kind: 'access', way: 'add', entry: { of: 'group', group: 'operators', comment: 'keep guests running' } },
  {
    kind: 'access',
    way: 'remove',
    entry: { of: 'user', user: 'ada@pve', groups: ['operators'], comment: '' },
  },
  {
    kind: 'access',
    way: 'add',
    entry: { of: 'acl', path: '/vms', role: 'GuestOperator', to: { group: 'operators' }, propagate: true },
  },
  { kind: 'pool-property', pool: 'rpool', property: 'autotrim', before: 'off', after: 'on' },
  {
    kind: 'unit',
    unit: 'rpcbind.socket',
    before: { enabled: 'enabled', active: true },
    after: { enabled: 'disabled', active: false },
  },
];

const SEEN: readonly Seen[] = [
  { probe: { probe: 'folder', path: '/etc/new.d', want: true }, ok: true, saw: 'folder' },
  { probe: { probe: 'sysctl', key: 'vm.swappiness', want: '10' }, ok: false, saw: '60' },
  {
    probe: { probe: 'access', entry: { of: 'group', group: 'operators', comment: '' }, want: true },
    ok: false,
    saw: 'absent',
  },
  {
    probe: { probe: 'unit', unit: 'rpcbind.socket', want: { enabled: 'disabled', active: false } },
    ok: true,
    saw: 'disabled',
  },
  { probe: { probe: 'package', package: 'chrony', version: '4.3-2' }, ok: false, saw: 'not installed' },
  { probe: { probe: 'cmdline', has: ['iommu=pt'], lacks: [], boot: 'x' }, ok: true, saw: 'after reboot' },
  {
    probe: { probe: 'pool', pool: 'rpool', property: 'autotrim', want: 'on' },
    ok: false,
    saw: 'no such pool',
  },
];

const CHECKS: readonly Check[] = [
  { check: 'package-removal', state: 'stop', facts: { package: 'proxmox-ve' } },
  { check: 'package-source', state: 'stop', facts: { package: 'htop' } },
  { check: 'host-setting', state: 'warn', facts: { key: 'vm.compaction_proactiveness' } },
  { check: 'service', state: 'stop', facts: { unit: 'pve-ha-lrm.service', state: 'not-found' } },
];

const textOf = ({ lead, must, more }: Card): readonly string[] =>
  [lead, ...must, ...more].map((line: Line) => plain(line));

describe('effects on a host beside files', () => {
  const plan = samplePlan('a', { target: PVE1, effects: [...EFFECTS] });
  for (const language of ['en', 'es'])
    it(`are said in ${language} as steps, as a diff, as checks and as what was seen`, (t) => {
      const words = wordsOf(language);
      const lines = [
        ...EFFECTS.map((_, step) => stepLines(words, plan, { step, at: 'now' })[Math.min(step, 3)] ?? []),
        ...checkLines(words, CHECKS),
        blastLine(words, { blast: 'after-reboot', what: '/etc/kernel/cmdline' }),
        ...seenLines(words, SEEN),
      ];
      const vfio = readRecipes(RECIPES).get('vfio-intel');
      const text = [
        planDiff(plan, words),
        '',
        ...lines.map((line) => plain(line)),
        '',
        ...(vfio ? textOf(recipeCard(words, vfio)) : []),
      ].join('\n');
      t.assert.fileSnapshot(text, join(FOLDER, `host-effects.${language}.txt`), { serializers: [String] });
    });
});

describe('the card of a recipe', () => {
  for (const recipe of readRecipes(RECIPES).values())
    it(`${recipe.id} says everything that it wants`, () => {
      const { packages, files, edits, sysctl, cmdline, units, diversions, access, autotrim } = recipe;
      const lists = [packages.install, packages.may_remove, files, edits, Object.keys(sysctl)];
      const more = [cmdline.add, cmdline.remove, units, diversions, access, autotrim ? [autotrim] : []];
      const wanted = [...lists, ...more].reduce((sum, { length }) => sum + length, 0);
      // Its title, its risk, its releases, a heading, and how to ask for it.
      assert.equal(textOf(recipeCard(wordsOf('en'), recipe)).length, 5 + wanted);
    });
});
