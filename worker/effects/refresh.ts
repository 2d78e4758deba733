import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { UnitJob } from '#policies/change-set';
import type { Loader, Refresh } from '#policies/host-effect';
import { inRoot } from '../shell/in-root.ts';
import type { Ended } from './effect.ts';
import { done, endedBy } from './ended.ts';

/** Making an initramfs for each kernel, or a boot menu, may take so long (ms). */
const TIMEOUT = 10 * 60_000;

type Step = readonly [program: string, ...args: string[]];

/** update-initramfs(8); its hooks call proxmox-boot-tool where that is what boots the host. */
const INITRAMFS: Step = ['update-initramfs', '-u', '-k', 'all'];

/** https://pve.proxmox.com/wiki/Host_Bootloader: which program makes a new command line count. */
const LOADER: { readonly [L in Loader]: Step } = {
  grub: ['update-grub'],
  'proxmox-boot-grub': ['proxmox-boot-tool', 'refresh'],
  'proxmox-boot-uefi': ['proxmox-boot-tool', 'refresh'],
};

const runStep = async (root: string, [program, ...args]: Step): Promise<Ended> =>
  endedBy(program, await inRoot(root, program, args, { timeout: TIMEOUT, most: 2 ** 24 }));

/** Runs what makes a file's new text count. A unit that does not run is left so: it reads the file when it starts. */
export const refresh = async (
  root: string,
  how: Refresh | { by: 'loader'; loader: Loader },
): Promise<Ended> => {
  if (how.by === 'initramfs') return runStep(root, INITRAMFS);
  if (how.by === 'loader') return runStep(root, LOADER[how.loader]);
  return hasManager(root) ? runStep(root, ['systemctl', 'try-restart', how.unit]) : done;
};

/** Asks systemd for what makes files count, one after the other; the first that fails ends it. Where none runs there is nobody to ask. */
export const runJobs = async (root: string, jobs: readonly UnitJob[]): Promise<Ended> => {
  if (jobs.length === 0 || !hasManager(root)) return done;
  for (const job of jobs) {
    const unit = job.job === 'daemon-reload' ? [] : [job.unit];
    const ended = await runStep(root, ['systemctl', job.job, ...unit]);
    if (ended.did !== 'done') return ended;
  }
  return done;
};

/** sd_booted(3): systemd manages what is below `root`, so that its units can run. */
const hasManager = (root: string): boolean => existsSync(join(root, 'run/systemd/system'));
