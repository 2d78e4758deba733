import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';

/** The oldest Node that npm runs on where we promise that `npm ci` works: Debian 12's. */
const oldestMajor = 18;

/** npm writes a list of one also as its item. */
const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]).optional();

const lock = z.object({
  packages: z.record(
    z.string(),
    z.object({
      optional: z.boolean().optional(),
      os: list,
      cpu: list,
      libc: list,
      engines: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

type Locked = z.infer<typeof lock>['packages'][string];

const isForUs = ({ optional, os, cpu, libc }: Locked): boolean =>
  optional === true &&
  (os ?? []).includes('linux') &&
  (cpu ?? []).some((each) => each === 'x64' || each === 'arm64') &&
  (libc ?? ['glibc']).includes('glibc');

const allowsOldest = ({ engines }: Locked): boolean => {
  const range = engines?.['node'];
  const [, major] = /^>= ?(\d+)/.exec(range ?? '') ?? [];
  return range === undefined || (major !== undefined && Number(major) <= oldestMajor);
};

// npm silently leaves an optional package out whose engines exclude the Node that npm itself runs on; our scripts run
// all of them on Node 24. After an update of such a package its `engines` are taken out of the lock by hand.
test('the lock lets no Node that npm runs on leave out a binary that we need', () => {
  const file = join(import.meta.dirname, '..', '..', 'package-lock.json');
  const { packages } = lock.parse(JSON.parse(readFileSync(file, 'utf8')));
  const ours = Object.entries(packages).filter(([, each]) => isForUs(each));
  assert.ok(ours.length > 0);
  assert.deepEqual(
    ours.filter(([, each]) => !allowsOldest(each)).map(([path]) => path),
    [],
  );
});
