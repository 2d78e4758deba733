import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Effect } from '#policies/effect';
import { hasReturn, type PackageChange, returned } from '#policies/host-effect';
import { aptInstall, simulateApt } from '../shell/apt.ts';
import { readPackage } from '../shell/dpkg.ts';
import { failureText } from '../shell/in-root.ts';
import type { Ended, Found, Kind } from './effect.ts';
import { endedBy, failed, foundAs } from './ended.ts';
import type { Host } from './file.ts';

type Package = Extract<Effect, { kind: 'package' }>;

/** What apt is told: a package at its exact version, or that it goes. */
const wordsOf = ({ asked, changes }: Package): readonly string[] =>
  asked.map((name) => {
    const after = changes.find((change) => change.name === name)?.after;
    return after ? `${name}=${after.version}` : `${name}-`;
  });

/** Settings go with the packages only where none of them had any before. */
const purges = ({ changes }: Package): boolean =>
  changes.every(({ after, config }) => after !== null || !config);

const line = (name: string, before: string | null, after: string | null): string =>
  `${name} ${before ?? '-'} ${after ?? '-'}`;

const planned = ({ changes }: Package): readonly string[] =>
  changes
    .map(({ name, before, after }) => line(name, before?.version ?? null, after?.version ?? null))
    .toSorted();

/** What apt would do otherwise than the plan says; undefined = exactly that. */
export const aptWouldDiffer = async (root: string, effect: Package): Promise<string | undefined> => {
  const now = await simulateApt(root, wordsOf(effect), purges(effect));
  if (!now.ok) return failureText('apt-get -s', now.error);
  const said = now.value.map(({ name, before, after }) => line(name, before, after)).toSorted();
  const wanted = planned(effect);
  const other = [
    ...said.filter((one) => !wanted.includes(one)),
    ...wanted.filter((one) => !said.includes(one)),
  ];
  return other.length === 0 ? undefined : `apt would do otherwise now: ${other.join('; ')}`;
};

const hashesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) =>
      createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex'),
    )
    .toSorted();

const wantedHashes = (changes: readonly PackageChange[]): readonly string[] =>
  changes.flatMap(({ after }) => (after ? [after.sha256 ?? ''] : [])).toSorted();

/** Fetches the files into a folder that only this user can write, checks each, and installs from there without a network. */
const install = async (root: string, effect: Package, folder: string): Promise<Ended> => {
  mkdirSync(join(folder, 'partial'));
  const archives = `-o=Dir::Cache::archives=/tmp/${basename(folder)}/`;
  const words = wordsOf(effect);
  const purge = purges(effect);
  const fetched = await aptInstall(root, words, { more: [archives, '--download-only'], purge });
  if (!fetched.ok) return endedBy('apt-get --download-only', fetched);
  if (hashesIn(folder).join() !== wantedHashes(effect.changes).join())
    return failed('a package is not the one that was approved');
  return endedBy('apt-get', await aptInstall(root, words, { more: [archives, '--no-download'], purge }));
};

/** Packages from exactly these versions to exactly those, or nothing at all. */
const apply = async ({ host: { root } }: { readonly host: Host }, effect: Package): Promise<Ended> => {
  const other = await aptWouldDiffer(root, effect);
  if (other !== undefined) return failed(other);
  const folder = mkdtempSync(join(root, 'tmp/quorate-debs-'));
  try {
    const ended = await install(root, effect, folder);
    if (ended.did === 'done') return ended;
    // A script of a package may have failed half-way: then nobody may say that nothing was done.
    const found = await look({ host: { root } }, effect);
    return found.did === 'lost' ? found : ended;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const look = async ({ host: { root } }: { readonly host: Host }, effect: Package): Promise<Found> => {
  const now = await Promise.all(effect.changes.map(({ name }) => readPackage(root, name)));
  const is = (side: 'before' | 'after'): boolean =>
    effect.changes.every((change, at) => (change[side]?.version ?? null) === now[at]?.version);
  return foundAs(is('after'), is('before'));
};

/**
 * Packages installed and removed as apt worked it out when it was planned. The way back takes away only what was not there
 * before, with its settings where it brought them, and brings back what had to go.
 */
export const PACKAGE: Kind<Package, { readonly host: Host }> = {
  apply,
  look,
  invert: (effect) => {
    if (!hasReturn(effect)) return null;
    const changes = returned(effect).map(({ before, after, ...rest }) => ({
      ...rest,
      before: after,
      after: before,
    }));
    return { kind: 'package', asked: changes.map(({ name }) => name), changes };
  },
};
