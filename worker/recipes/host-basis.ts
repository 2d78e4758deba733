import type { FileState } from '#policies/effect';
import type { Basis } from '#policies/plan';
import { ok, type Result } from '#policies/result';
import { problemText } from '../changeset/problem.ts';
import { readFileState } from '../changeset/read-file.ts';
import { readPackage } from '../shell/dpkg.ts';
import type { RunFailure } from '../shell/run.ts';
import { readSysctl } from '../shell/sysctl.ts';
import { readUnit } from '../shell/systemctl.ts';
import { isSsd, readPool } from '../shell/zpool.ts';
import { factNow } from './fact-basis.ts';
import type { RecipeHost } from './host.ts';
import { accessNow } from './plan-access.ts';
import { diversionNow } from './plan-diversions.ts';

const octal = (mode: number): string => `0${mode.toString(8)}`;

const digest = (state: FileState | null): string =>
  state ? `${state.sha256} ${octal(state.mode)} ${state.uid}:${state.gid}` : 'absent';

/** What a plan relies on of a file: its bytes, mode and owner. */
export const fileBasis = ({ root }: Pick<RecipeHost, 'root'>, path: string): Basis => {
  const state = readFileState(root, path);
  return { of: `file ${path}`, value: state.ok ? digest(state.value) : problemText(state.error) };
};

/** What a plan relies on of apt's configuration; as JSON, so that "not set" and any text differ. */
export const aptBasis = async (
  { aptValue }: Pick<RecipeHost, 'aptValue'>,
  key: string,
): Promise<Result<Basis, RunFailure>> => {
  const value = await aptValue(key);
  return value.ok ? ok({ of: `apt-config ${key}`, value: JSON.stringify(value.value) }) : value;
};

type Read = (host: RecipeHost, name: string) => Promise<string | undefined>;

/** How each kind of thing is read, by the first word of its name in a basis; undefined = it cannot be. */
const READERS: { readonly [kind: string]: Read } = {
  file: async (host, path) => fileBasis(host, path).value,
  'apt-config': async (host, key) => {
    const apt = await aptBasis(host, key);
    return apt.ok ? apt.value.value : undefined;
  },
  sysctl: async ({ root }, key) => readSysctl(root, key) ?? undefined,
  unit: async ({ root }, unit) => JSON.stringify(await readUnit(root, unit)),
  package: async ({ root }, name) => JSON.stringify(await readPackage(root, name)),
  pool: async ({ root }, pool) => {
    const value = await readPool(root, pool, 'autotrim');
    return value.ok ? value.value : undefined;
  },
  ssd: async ({ root }, pool) => String(await isSsd(root, pool)),
  diversion: ({ root }, path) => diversionNow(root, path),
  access: accessNow,
  host: ({ root }, fact) => factNow(root, fact),
};

const readerOf = (of: string): Read | undefined => READERS[of.split(' ', 1)[0] ?? ''];

const now = async (host: RecipeHost, { of }: Basis): Promise<Basis[]> => {
  const value = await readerOf(of)?.(host, of.slice(of.indexOf(' ') + 1));
  return value === undefined ? [] : [{ of, value }];
};

/** The part of a basis with this name, as it is now; none where it cannot be read. */
export const basisOf = (host: RecipeHost, of: string): Promise<readonly Basis[]> =>
  now(host, { of, value: '' });

/** The parts of a basis that are about the host, as they are now; what cannot be read is left out. */
export const hostBasisNow = async (host: RecipeHost, basis: readonly Basis[]): Promise<readonly Basis[]> =>
  (await Promise.all(basis.map((one) => now(host, one)))).flat();

/** Is this part of a basis about the host? */
export const isHostBasis = ({ of }: Basis): boolean => of.includes(' ') && readerOf(of) !== undefined;
