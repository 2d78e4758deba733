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

/** The sha256 of the .deb of one version as a signed index has it; null where no source has that version. */
export const debHash = async (root: string, name: string, version: string): Promise<string | null> => {
  const said = await inRoot(root, 'apt-cache', ['show', `${name}=${version}`]);
  return said.ok ? (/^SHA256: ([0-9a-f]{64})$/m.exec(said.value)?.[1] ?? null) : null;
};
