import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { apply } from '#worker/changeset/apply';
import type { Mount } from '#worker/changeset/host-tree';
import type { Sealed } from '#worker/changeset/seal';
import { recover, undo } from '#worker/changeset/undo';
import type { Workshop } from '#worker/changeset/way';
import { memory, Rehearsal } from './rehearse.ts';
import { treeState } from './tree-state.ts';

/** One of each kind of change that a file system takes. */
const SCENES: Readonly<Record<Mount['profile'], { readonly tree: string; readonly script: string }>> = {
  posix: {
    tree: 'mkdir -p a/gone s; echo 1 > a/one; echo 2 > a/gone/x; ln -s one a/link; echo f > swap',
    script: `echo >> a/one; rm -r a/gone; chmod 2700 a; chown 3:4 a; setfattr -n user.a -v b a; ln -sfn two a/link
      mkdir n; echo n > n/n; ln n/n n/o; rm swap; mkdir swap; echo in > swap/in; rm -r s; echo file > s`,
  },
  pmxcfs: {
    tree: 'umask 027; mkdir -m 755 a gone; echo 1 > a/one; echo 2 > gone/x; chown -R 0:33 .',
    script: 'umask 027; echo >> a/one; rm -r gone; mkdir -m 755 n; echo n > n/n; chown -R 0:33 n',
  },
};

/** What is ended at one of its points. */
export type Work = 'apply' | 'recover' | 'undo';

/** A tree, and one change set that is carried out on it and taken back again and again. */
export type CrashStage = Disposable & {
  readonly shop: Workshop;
  readonly folder: string;
  readonly sealed: Sealed;
  /** Applies it where that is what the work begins with. */
  readonly readyFor: (work: Work) => void;
  readonly carryOut: (work: Work, step: Workshop['step']) => void;
  /** All that lies on the disk: the tree, what is staged in it, and how far the journal says that it is. */
  readonly disk: () => readonly unknown[];
  /** Recovers, and holds that it is the old tree exactly, or the new one that can be taken back. Afterwards it is the old one. */
  readonly check: (what: string) => void;
};

/** On the disk of the kernel, so that hundreds of runs need not wait for another. */
export const openCrashStage = (profile: Mount['profile']): CrashStage => {
  const rehearsal = new Rehearsal(SCENES[profile].tree, memory);
  const { folder, root } = rehearsal;
  const shop = { ...rehearsal.shop, host: { root, mounts: [{ path: '/', profile }] } };
  const sealed = rehearsal.sealed(SCENES[profile].script);

  const carryOut: CrashStage['carryOut'] = (work, step) => {
    const at = { ...shop, step };
    if (work === 'recover') recover(at);
    else if (work === 'undo') assert.ok(undo(at, 't').ok);
    else assert.deepEqual(apply(at, sealed, 't'), { ok: true, value: true });
  };
  const readyFor = (work: Work): void => {
    if (work === 'undo') carryOut('apply', shop.step);
  };
  const whole = (): unknown => treeState(root, { staged: true });
  const inForce = (): unknown => treeState(root);

  const old = whole();
  readyFor('undo');
  const young = inForce();
  carryOut('undo', shop.step);
  return {
    shop,
    folder,
    sealed,
    readyFor,
    carryOut,
    disk: () => {
      const journal = join(shop.journal, 't');
      return [whole(), existsSync(journal) && readdirSync(journal).sort()];
    },
    check: (what) => {
      recover(shop);
      if (isDeepStrictEqual(inForce(), young)) assert.ok(undo(shop, 't').ok, what);
      assert.deepEqual(whole(), old, what);
      assert.deepEqual([recover(shop), readdirSync(shop.journal)], [[], []], what);
    },
    [Symbol.dispose]: () => rehearsal[Symbol.dispose](),
  };
};
