import type { FileState } from '#policies/effect';
import type { Basis } from '#policies/plan';
import { ok, type Result } from '#policies/result';
import { problemText } from '../changeset/problem.ts';
import { readFileState } from '../changeset/read-file.ts';
import type { RunFailure } from '../shell/run.ts';
import type { RecipeHost } from './host.ts';

const FILE = 'file ';
const APT = 'apt-config ';

const octal = (mode: number): string => `0${mode.toString(8)}`;

const digest = (state: FileState | null): string =>
  state ? `${state.sha256} ${octal(state.mode)} ${state.uid}:${state.gid}` : 'absent';

/** What a plan relies on of a file: its bytes, mode and owner. */
export const fileBasis = ({ root }: Pick<RecipeHost, 'root'>, path: string): Basis => {
  const state = readFileState(root, path);
  return { of: FILE + path, value: state.ok ? digest(state.value) : problemText(state.error) };
};

/** What a plan relies on of apt's configuration; as JSON, so that "not set" and any text differ. */
export const aptBasis = async (
  { aptValue }: Pick<RecipeHost, 'aptValue'>,
  key: string,
): Promise<Result<Basis, RunFailure>> => {
  const value = await aptValue(key);
  return value.ok ? ok({ of: APT + key, value: JSON.stringify(value.value) }) : value;
};

const now = async (host: RecipeHost, { of }: Basis): Promise<Basis[]> => {
  if (of.startsWith(FILE)) return [fileBasis(host, of.slice(FILE.length))];
  const apt = of.startsWith(APT) ? await aptBasis(host, of.slice(APT.length)) : undefined;
  return apt?.ok ? [apt.value] : [];
};

/** The parts of a basis that are about the host, as they are now; what cannot be read is left out. */
export const hostBasisNow = async (host: RecipeHost, basis: readonly Basis[]): Promise<readonly Basis[]> =>
  (await Promise.all(basis.map((one) => now(host, one)))).flat();

/** Is this part of a basis about the host? */
export const isHostBasis = ({ of }: Basis): boolean => of.startsWith(FILE) || of.startsWith(APT);
