import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesOf, disksOf, readDisk, sizeText } from '#worker/actions/size';

test('a size that was written is read as the same number of bytes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 40 }), fc.constantFrom(1, 2 ** 10, 2 ** 20), (count, unit) => {
      const bytes = count * unit;
      assert.equal(bytesOf(sizeText(bytes)), bytes);
    }),
  );
});

test('a size is written in the largest unit that stays whole', () => {
  const written = [0, 1, 1024, 1536, 2 ** 30, 33 * 2 ** 30, 2 ** 40].map(sizeText);
  assert.deepEqual(written, ['0', '1', '1K', '1536', '1G', '33G', '1T']);
});

test('what is no size is none, whatever the text', () => {
  for (const text of ['', 'G', '-1G', '1GB', '1 G', '1e3', 'NaN', '0x10', '1.G', '1g'])
    assert.equal(bytesOf(text), null, text);
  fc.assert(
    fc.property(fc.string(), (text) => {
      const bytes = bytesOf(text);
      assert.ok(bytes === null || (Number.isInteger(bytes) && bytes >= 0));
    }),
  );
});

test('disk lines as Proxmox writes them are read; drives without a volume and bind mounts are no disks', () => {
  const of = (line: string) => readDisk(line);
  assert.deepEqual(of('local:100/vm-100-disk-0.raw,size=1G'), {
    storage: 'local',
    volume: 'local:100/vm-100-disk-0.raw',
    bytes: 2 ** 30,
    cdrom: false,
  });
  assert.equal(of('fast:subvol-1-disk-0,mp=/srv,size=512M,backup=1')?.bytes, 2 ** 29);
  assert.equal(of('fast:vm-1-disk-0')?.bytes, null);
  assert.equal(of('none,media=cdrom'), null);
  assert.equal(of('/mnt/a:b,mp=/srv'), null);
  const settings = new Map([
    ['scsi0', 'fast:vm-1-disk-0,size=8G'],
    ['ide2', 'local:iso/debian.iso,media=cdrom,size=600M'],
    ['net0', 'virtio=AA:BB,bridge=vmbr0'],
    ['mp0', '/mnt/data,mp=/data'],
    ['rootfs', 'fast:subvol-1-disk-0,size=4G'],
  ]);
  assert.deepEqual(
    disksOf(settings).map(({ key, bytes }) => [key, bytes]),
    [
      ['scsi0', 8 * 2 ** 30],
      ['rootfs', 4 * 2 ** 30],
    ],
  );
});
