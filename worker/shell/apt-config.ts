import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok, type Result } from '#policies/result';
import { type RunFailure, run } from './run.ts';

/** A list is several lines `Key:: "value";` after its own empty one; a single value is `Key "value";`. */
const valueOf = (dump: string, key: string): string | null => {
  const values = dump
    .split('\n')
    .flatMap((line) => {
      const match = /^(\S+) "(.*)";$/.exec(line);
      return match ? [{ name: match[1] ?? '', value: match[2] ?? '' }] : [];
    })
    .filter(({ name }) => name === key || name === `${key}::`);
  const list = values.filter(({ name }) => name === `${key}::`).map(({ value }) => value);
  if (list.length > 0) return list.join(' ');
  return values.at(-1)?.value ?? null;
};

const dump = (key: string, env: Readonly<Record<string, string>>): Promise<Result<string, RunFailure>> =>
  run('apt-config', ['dump', key], { env });

/**
 * apt reads the file of APT_CONFIG before it looks for its other files, so `Dir` in it moves them below `root`. The
 * option `-o Dir=` comes too late for that and `-o RootDir=` fails without dpkg's tables (tried with apt 2.6.1).
 */
const dumpBelow = async (root: string, key: string): Promise<Result<string, RunFailure>> => {
  if (/["\n\\]/.test(root)) throw new RangeError('a root without quotes, backslashes and line breaks');
  const folder = await mkdtemp(join(tmpdir(), 'quorate-apt-'));
  try {
    const config = join(folder, 'apt.conf');
    await writeFile(config, `Dir "${root}";\n`);
    return await dump(key, { APT_CONFIG: config });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/**
 * What apt itself says about a key such as `Acquire::Languages`, for the system below `root`; several entries are joined
 * with a blank; null where it is not set. Fails as a value where apt-config is not installed.
 */
export const aptConfig = async (root: string, key: string): Promise<Result<string | null, RunFailure>> => {
  const text = root === '/' ? await dump(key, {}) : await dumpBelow(root, key);
  return text.ok ? ok(valueOf(text.value, key)) : text;
};
