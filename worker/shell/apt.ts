import { ok, type Result } from '#policies/result';
import { inRoot } from './in-root.ts';
import type { RunFailure } from './run.ts';

/** One package that apt would change: its versions before and after, null = not there. */
export type AptStep = {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
};

/** Of the default settings only these differ: no questions, an edited configuration file stays, nothing merely recommended. */
const OPTIONS = [
  '-y',
  '-q',
  '-o=APT::Install-Recommends=false',
  '-o=Dpkg::Options::=--force-confdef',
  '-o=Dpkg::Options::=--force-confold',
];

const ENV = { DEBIAN_FRONTEND: 'noninteractive', DEBIAN_PRIORITY: 'critical' };

/** A large package on a slow disk takes so long (ms). */
const TIMEOUT = 30 * 60_000;

/** `apt-get install` of words such as `htop=3.2`, or `htop-` for one that goes; `purge` takes its settings too. */
export const aptInstall = (
  root: string,
  words: readonly string[],
  { more, purge }: { readonly more: readonly string[]; readonly purge: boolean },
): Promise<Result<string, RunFailure>> =>
  inRoot(root, 'apt-get', [...OPTIONS, ...more, ...(purge ? ['--purge'] : []), 'install', '--', ...words], {
    env: ENV,
    timeout: TIMEOUT,
    most: 2 ** 24,
  });

/** apt-get(8), --simulate: `Inst name [before] (after …)` and `Remv name [before]`, or `Purg`. */
const LINE = /^(Inst|Remv|Purg) (\S+)(?: \[([^\]]+)\])?(?: \((\S+))?/;

const stepOf = (line: string): AptStep[] => {
  const [, verb, name, before = null, after = null] = LINE.exec(line) ?? [];
  if (verb === undefined || name === undefined) return [];
  return [{ name, before, after: verb === 'Inst' ? after : null }];
};

/** What apt would change, without touching anything, by the name of the package. */
export const simulateApt = async (
  root: string,
  words: readonly string[],
  purge = false,
): Promise<Result<readonly AptStep[], RunFailure>> => {
  const said = await aptInstall(root, words, { more: ['-s', '-o=Debug::NoLocking=true'], purge });
  if (!said.ok) return said;
  return ok(
    said.value
      .split('\n')
      .flatMap(stepOf)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1)),
  );
};

/** One version of a package. */
type Version = { readonly name: string; readonly version: string };

const field = (stanza: string, name: string): string | undefined =>
  new RegExp(`^${name}: (\\S+)$`, 'm').exec(stanza)?.[1];

/** How a version is named where its hash is kept. Names of another architecture carry it after a colon. */
const keyOf = (name: string, version: string): string => `${name.split(':', 1)[0]}=${version}`;

/** The sha256 of the .debs of these versions as the signed indexes have them; none of what no source has. */
export const debHashes = async (
  root: string,
  versions: readonly Version[],
): Promise<(of: Version) => string | null> => {
  const words = versions.map(({ name, version }) => `${name}=${version}`);
  // It ends with an error where it lacks one, and then says nothing of the others either.
  const said = await inRoot(root, 'apt-cache', ['show', ...words], { most: 2 ** 24 });
  const each = said.ok
    ? [said]
    : await Promise.all(words.map((word) => inRoot(root, 'apt-cache', ['show', word])));
  const hashes = new Map(
    each
      .flatMap((one) => (one.ok ? one.value.split('\n\n') : []))
      .map((stanza) => [
        keyOf(field(stanza, 'Package') ?? '', field(stanza, 'Version') ?? ''),
        field(stanza, 'SHA256'),
      ]),
  );
  return ({ name, version }) => hashes.get(keyOf(name, version)) ?? null;
};
