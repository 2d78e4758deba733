import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Layer } from '#worker/changeset/layer';

/** Why overlays cannot be mounted here, or false where they can; a test is skipped for it, with this in its report. */
export const noOverlay = (): string | false => {
  if (process.geteuid?.() !== 0) return 'needs root: mounts an overlay';
  const tried = spawnSync('unshare', ['--mount', 'true']);
  return tried.status === 0 ? false : 'needs mount namespaces (CAP_SYS_ADMIN)';
};

const OPTIONS = 'index=off,xino=off,redirect_dir=off,metacopy=off,volatile';

/** A script run over a folder that stays as it is; what it wrote lies in the layer's upper folder. */
export const rehearse = (base: string, lower: string, script: string): Layer => {
  const folder = mkdtempSync(join(base, 'rehearsal-'));
  const [upper, work, merged] = ['upper', 'work', 'merged'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [upper, work, merged]) mkdirSync(path);
  execFileSync('chmod', ['--reference', lower, upper]);
  const mount = `mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$3,${OPTIONS}" "$4" && cd "$4" && exec sh -c "$5"`;
  spawnSync(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-c', mount, 'sh', lower, upper, work, merged, script],
    {
      stdio: 'ignore',
    },
  );
  return { mount: '/', lower, upper };
};

/** A copy with everything that the entries are, times aside. */
export const copyTree = (from: string, to: string): void => {
  rmSync(to, { recursive: true, force: true });
  execFileSync('cp', ['-a', from, to]);
};
