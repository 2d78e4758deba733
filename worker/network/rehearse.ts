import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkFiles, SettingDiff } from '#policies/effect';
import { no, ok, type Result } from '#policies/result';
import { replaceFile } from '../changeset/replace-file.ts';
import { type SyntaxComplaint, saidComplaints } from './interfaces-syntax.ts';
import type { NetworkHost } from './network-host.ts';
import { gatewayOf, nicsOf, readScene, type Scene, sceneDiff } from './scene.ts';
import { writeBefore } from './transaction.ts';

/**
 * What a rehearsal saw. `inForce`: ifquery found the new configuration in force there; `restores`: the script that takes it
 * back led to the very scene of before. `gateway` is the default way of the new configuration.
 */
export type Rehearsal = {
  readonly diff: readonly SettingDiff[];
  readonly gateway: { readonly peer: string; readonly device: string } | null;
  readonly inForce: boolean;
  readonly complaints: readonly SyntaxComplaint[];
  readonly restores: boolean;
};

/** How long both configurations and the way back may take together (ms). */
const WITHIN = 180_000;

const ETC = '/etc/network';

/** The folder of a rehearsal: copies of what is there, the new file, and the scripts. Below the root, and removed afterwards. */
const prepare = (host: NetworkHost, work: string, files: Files): void => {
  const full = join(host.root, work);
  for (const folder of ['out', 'tx']) mkdirSync(join(full, folder));
  cpSync(join(host.root, ETC), join(full, 'etc'), { recursive: true, preserveTimestamps: true });
  replaceFile(host.root, `${work}/after`, { from: null, to: files.after.interfaces });
  writeBefore(host.root, `${work}/tx`, files.before);
  for (const script of ['netguard.sh', 'rehearse.sh'])
    copyFileSync(join(import.meta.dirname, script), join(full, script));
};

type Files = { readonly before: NetworkFiles; readonly after: NetworkFiles };

const readOut = (folder: string) => {
  const text = (name: string): string => {
    const path = join(folder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  const scene = (name: string): Scene => readScene(text(`${name}.addr`), text(`${name}.route`));
  const passes = (name: string): boolean => text(`${name}.rc`).trim() === '0';
  return { text, scene, passes };
};

const judge = (folder: string): Result<Rehearsal, string> => {
  const { text, scene, passes } = readOut(folder);
  if (!passes('before'))
    return no(`the configuration of now does not hold in a rehearsal: ${text('before.check').slice(-500)}`);
  const [before, after, restored] = [scene('before'), scene('after'), scene('restored')];
  const complaints = text('syntax.rc').trim() === '0' ? [] : saidComplaints(text('syntax.said'));
  return ok({
    diff: sceneDiff(before, after),
    gateway: gatewayOf(after),
    inForce: passes('after'),
    complaints,
    restores:
      passes('restored') && text('restored.same').trim() === '0' && sceneDiff(before, restored).length === 0,
  });
};

/**
 * Rehearses new files in a network namespace with stand-in NICs, by the host's own ifupdown2, and the way back by the script that
 * would take it. The host's network and files are not touched. An error is why it could not be rehearsed.
 */
export const rehearse = async (host: NetworkHost, files: Files): Promise<Result<Rehearsal, string>> => {
  const links = await host.run('ip', ['-j', '-d', 'addr']);
  if (!links.ok) return no(`ip: ${links.error.failure}`);
  mkdirSync(join(host.root, host.state), { recursive: true, mode: 0o700 });
  const full = mkdtempSync(join(host.root, host.state, '.rehearsal-'));
  const work = full.slice(join(host.root, '/').length - 1);
  try {
    prepare(host, work, files);
    const args = ['--net', '--mount', '--propagation', 'private', 'sh', `${work}/rehearse.sh`, work];
    const ended = await host.run('unshare', [...args, ...nicsOf(links.value)], { timeout: WITHIN });
    return ended.ok ? judge(join(full, 'out')) : no(`${ended.error.failure} ${ended.error.stderr}`.trim());
  } finally {
    rmSync(full, { recursive: true, force: true });
  }
};
