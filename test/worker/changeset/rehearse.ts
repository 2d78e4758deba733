import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '#policies/result';
import type { ChangeProblem } from '#worker/changeset/change-problem';
import { beginUpper, type Caps, type Scanned, scan } from '#worker/changeset/scan';
import { type Sealed, seal } from '#worker/changeset/seal';
import type { Workshop } from '#worker/changeset/way';

/** Why tests with real overlays are left out here; false where they run. */
export const unable = process.geteuid?.() !== 0 && 'only root can mount an overlay';

/** Where hundreds of runs need not wait for the disk at each of them; the system's own folder where there is none. */
export const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

const OPTIONS = 'nodev,index=off,xino=off,redirect_dir=off,metacopy=off,volatile';

/** What a shell script wrote into an overlay of `root`, while that was mounted. */
export class Rehearsal {
  readonly folder: string;
  readonly root: string;
  readonly shop: Workshop;

  constructor(prepare: string, disk = tmpdir()) {
    this.folder = mkdtempSync(join(disk, 'quorate-rehearsal-'));
    this.root = join(this.folder, 'root');
    this.shop = {
      store: join(this.folder, 'store'),
      journal: join(this.folder, 'journal'),
      host: { root: this.root, mounts: [{ path: '/', profile: 'posix' }] },
      step: () => undefined,
    };
    mkdirSync(this.root);
    this.bare(prepare);
  }

  /** Runs a script with the tree as its working directory. */
  bare(script: string, root = this.root): void {
    const run = spawnSync('sh', ['-c', script], { cwd: root, encoding: 'utf8' });
    assert.equal(run.error, undefined);
  }

  /** The tree again, every byte and mode of it, beside the first one. */
  twin(): string {
    const twin = join(this.folder, 'twin');
    rmSync(twin, { recursive: true, force: true });
    execFileSync('cp', ['-a', this.root, twin]);
    return twin;
  }

  scan(script: string, caps?: Caps): Result<Scanned, ChangeProblem> {
    const layer = { mount: '/', lower: this.root, upper: join(this.folder, 'upper') };
    const [work, merged] = [join(this.folder, 'work'), join(this.folder, 'merged')];
    for (const each of [layer.upper, work, merged])
      if (existsSync(each)) rmSync(each, { recursive: true, force: true });
    beginUpper(layer);
    for (const each of [work, merged]) mkdirSync(each);
    const places = `lowerdir=${this.root},upperdir=${layer.upper},workdir=${work}`;
    execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', `${places},${OPTIONS}`, merged]);
    try {
      this.bare(script, merged);
    } finally {
      execFileSync('umount', [merged]);
    }
    return scan([layer], caps);
  }

  scanned(script: string): Scanned {
    const scanned = this.scan(script);
    assert.ok(scanned.ok, JSON.stringify(scanned));
    return scanned.value;
  }

  sealed(script: string): Sealed {
    const sealed = seal(this.shop.store, this.scanned(script));
    assert.ok(sealed.ok, JSON.stringify(sealed));
    return sealed.value;
  }

  [Symbol.dispose](): void {
    execFileSync('rm', ['-rf', this.folder]);
  }
}

/** Makes a folder a mount until it is disposed of. */
export const asMount = (folder: string): Disposable => {
  execFileSync('mount', ['--bind', folder, folder]);
  return { [Symbol.dispose]: () => execFileSync('umount', [folder]) };
};
