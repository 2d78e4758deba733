import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isFileEffect } from '#policies/effect';
import { hasReturn } from '#policies/host-effect';

it('an effect takes one file from one state to another, also where it refreshes something or is the kernel command line', () => {
  const kinds = [
    'file',
    'refreshed-file',
    'kernel-cmdline',
    'package',
    'unit',
    'sysctl',
    'network',
    'api',
    '',
  ];
  assert.deepEqual(
    kinds.filter((kind) => isFileEffect({ kind })),
    ['file', 'refreshed-file', 'kernel-cmdline'],
  );
});

it('packages can be taken back where every one that went can be had again, and any came or went', () => {
  const deb = (sha256: string | null) => ({ version: '1', sha256 });
  const change = (before: ReturnType<typeof deb> | null, after: ReturnType<typeof deb> | null) => ({
    name: 'pigz',
    before,
    after,
    config: false,
  });
  const [came, went, lost, newer] = [
    change(null, deb('a')),
    change(deb('a'), null),
    change(deb(null), null),
    change(deb(null), deb('b')),
  ];
  const has = (...changes: (typeof came)[]): boolean => hasReturn({ changes });
  assert.deepEqual([has(came), has(went), has(came, went, newer)], [true, true, true]);
  assert.deepEqual(
    [has(), has(newer), has(lost), has(came, lost), has(lost, went)],
    [false, false, false, false, false],
  );
});
