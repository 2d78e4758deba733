import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatUpid, parseUpid } from '#worker/proxmox/upid';

const hex = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const field = (min: number) => fc.stringMatching(new RegExp(`^[^:\\s/]{${min},12}$`));
const upids = fc.record({
  node: fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?$/),
  pid: hex(32),
  pstart: hex(36),
  startedAt: hex(32),
  type: field(1),
  id: field(0),
  user: field(1),
});

test('every UPID reads back as it was written', () => {
  fc.assert(
    fc.property(upids, (upid) =>
      assert.deepEqual(parseUpid(formatUpid(upid)), { ok: true, value: { ...upid } }),
    ),
  );
});

test('a recorded UPID is read into its parts', () => {
  assert.deepEqual(parseUpid('UPID:pve1:00000996:000A6E19:6B04A3C5:qmstart:100:root@pam!rig:'), {
    ok: true,
    value: {
      node: 'pve1',
      pid: 0x996,
      pstart: 0xa6e19,
      startedAt: 0x6b04a3c5,
      type: 'qmstart',
      id: '100',
      user: 'root@pam!rig',
    },
  });
});

const good = 'UPID:pve1:00000996:000A6E19:6B04A3C5:qmstart:100:root@pam:';
const hostile = [
  '',
  'UPID:',
  `${good}\n`,
  ` ${good}`,
  `${good}x`,
  good.slice(0, -1),
  good.replace('pve1', '../etc'),
  good.replace('pve1', '-pve'),
  good.replace('00000996', '996'),
  good.replace('qmstart', 'qm/../start'),
  good.replace('100', '1 00'),
  good.replace('root@pam', 'root@pam/x'),
  good.replace('100', '1'.repeat(10_000)),
  good.toLowerCase(),
];
for (const text of hostile)
  test(`${JSON.stringify(text.slice(0, 70))} is not a UPID`, () => {
    assert.deepEqual(parseUpid(text), { ok: false, error: 'not-a-upid' });
  });
