import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { ChangeSetEffect } from '#policies/change-set';
import type { Effect } from '#policies/effect';
import { samplePlan } from '#test/db/journal/sample';
import { PVE1 } from '#test/worker/jobs/site';
import { absolutelyDenied } from '#worker/guard/absolute';

const denied = (effect: Effect) =>
  absolutelyDenied(samplePlan('a', { target: PVE1, effects: [effect] }), {
    files: ['/var/lib/quorate'],
    real: (path) => path,
  });

const unit = (name: string): Effect => ({
  kind: 'unit',
  unit: name,
  before: { enabled: 'enabled', active: true },
  after: { enabled: 'disabled', active: false },
});
const gone = (name: string): Effect => ({
  kind: 'package',
  asked: [name],
  changes: [{ name, before: { version: '1', sha256: null }, after: null, config: false }],
});
const state = { content: '', sha256: '', mode: 0o644, uid: 0, gid: 0 };
const drop = (path: string, name: string): Effect => ({
  kind: 'refreshed-file',
  path,
  before: null,
  after: state,
  refresh: { by: 'unit', unit: name },
});

const set = (more: Partial<ChangeSetEffect>): Effect => ({
  kind: 'changeset',
  tx: 'a',
  way: 'there',
  digest: 'd'.repeat(64),
  mounts: [{ path: '/', profile: 'posix' }],
  paths: ['/etc/x'],
  packages: [],
  accounts: [],
  units: [],
  entries: [],
  rehearsed: null,
  ...more,
});

it('no path, package or unit of a change set takes a node its vote, whoever agreed', () => {
  for (const effect of [
    set({ paths: ['/etc/x', '/etc/corosync/corosync.conf'] }),
    set({ paths: ['/etc/pve/corosync.conf'] }),
    set({ paths: ['/etc/systemd/system/pve-cluster.service.d/own.conf'] }),
    set({ units: [{ name: 'corosync.service', before: 'multi-user.target.wants', after: null }] }),
    set({ packages: [{ name: 'proxmox-ve:all', before: '8.4.0', after: null }] }),
    set({ jobs: [{ job: 'daemon-reload' }, { job: 'try-restart', unit: 'corosync.service' }] }),
  ])
    assert.equal(denied(effect)?.rule, 'last-quorum-vote', JSON.stringify(effect));
  for (const effect of [
    set({}),
    set({ packages: [{ name: 'corosync:amd64', before: '3.1.9', after: '3.1.10' }] }),
    set({ units: [{ name: 'chrony.service', before: null, after: 'multi-user.target.wants' }] }),
  ])
    assert.equal(denied(effect), undefined, JSON.stringify(effect));
});

it('no unit, package or restart takes a node its vote, whoever agreed', () => {
  for (const effect of [
    unit('corosync.service'),
    unit('pve-cluster.service'),
    gone('corosync'),
    gone('proxmox-ve'),
    drop('/etc/x', 'corosync.service'),
  ])
    assert.equal(denied(effect)?.rule, 'last-quorum-vote', JSON.stringify(effect));
  for (const effect of [
    unit('pve-ha-lrm.service'),
    gone('ntpsec'),
    drop('/etc/x', 'systemd-journald.service'),
  ])
    assert.equal(denied(effect), undefined, JSON.stringify(effect));
});

it("Quorate's own files are out of reach of every kind of effect that writes", () => {
  const path = '/var/lib/quorate/x';
  const folder: Effect = { kind: 'folder', path, before: null, after: { mode: 0o755, uid: 0, gid: 0 } };
  const line: Effect = { kind: 'kernel-cmdline', path, before: null, after: state, loader: 'grub' };
  const anew = set({ paths: ['/etc/x', '/var/lib/quorate/caf\xc3\xa9'] });
  for (const effect of [folder, line, drop(path, 'x.service'), set({ paths: [path] }), anew])
    assert.equal(denied(effect)?.rule, 'own-files');
  assert.equal(
    absolutelyDenied(samplePlan('a', { target: PVE1, effects: [anew] }), {
      files: ['/var/lib/quorate'],
      real: () => null,
    })?.fact,
    '/var/lib/quorate/café',
  );
});
