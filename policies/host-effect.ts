import { z } from 'zod';

/** A folder's mode (permission bits) and owner. */
const FolderState = z.object({ mode: z.int().min(0).max(0o7777), uid: z.int().min(0), gid: z.int().min(0) });

/** One package at one version; `sha256` in hex of its .deb, null where no source has that version (any more). */
export const Deb = z.object({ version: z.string(), sha256: z.string().nullable() });
export type Deb = z.infer<typeof Deb>;

/** One package on both sides; null = not there. `config`: its settings were left from earlier, and stay when it goes. */
export const PackageChange = z.object({
  name: z.string(),
  before: Deb.nullable(),
  after: Deb.nullable(),
  config: z.boolean(),
});
export type PackageChange = z.infer<typeof PackageChange>;

/** systemctl(1): what `is-enabled` says (such as disabled), and whether it is active; null = nobody could say. */
export const UnitState = z.object({ enabled: z.string(), active: z.boolean().nullable() });
export type UnitState = z.infer<typeof UnitState>;

/** What makes a file's text count: a program that is run after it was written, and again after it was put back. */
export const Refresh = z.discriminatedUnion('by', [
  z.object({ by: z.literal('initramfs') }),
  z.object({ by: z.literal('unit'), unit: z.string() }),
]);
export type Refresh = z.infer<typeof Refresh>;

/** What boots a host, and so which file its kernel's command line is in. */
export const LOADERS = ['grub', 'proxmox-boot-grub', 'proxmox-boot-uefi'] as const;
/** Reads what boots a host. */
export const Loader = z.enum(LOADERS);
export type Loader = z.infer<typeof Loader>;

/**
 * What can be done to a host beside whole files. Each holds both its sides, so that the way back is the recorded one:
 * the sides are swapped. `asked` of packages are those that were asked for, not what they brought along.
 */
export const HOST_EFFECTS = [
  z.object({
    kind: z.literal('folder'),
    path: z.string().startsWith('/'),
    before: FolderState.nullable(),
    after: FolderState.nullable(),
  }),
  z.object({ kind: z.literal('package'), asked: z.array(z.string()), changes: z.array(PackageChange) }),
  z.object({ kind: z.literal('unit'), unit: z.string(), before: UnitState, after: UnitState }),
  z.object({ kind: z.literal('sysctl'), key: z.string(), before: z.string(), after: z.string() }),
  z.object({
    kind: z.literal('pool-property'),
    pool: z.string(),
    property: z.literal('autotrim'),
    before: z.enum(['on', 'off']),
    after: z.enum(['on', 'off']),
  }),
] as const;

type PackageEffect = { readonly changes: readonly PackageChange[] };

/** What takes a change of packages back: only what was not there goes, and only what was taken away comes back. */
export const returned = ({ changes }: PackageEffect): readonly PackageChange[] =>
  changes.filter(({ before, after }) => before === null || after === null);

/** Can it be taken back? Not where the .deb of what went is nowhere to be had, and not where it only brought newer versions. */
export const hasReturn = (effect: PackageEffect): boolean =>
  returned(effect).length > 0 &&
  returned(effect).every(({ before }) => before === null || before.sha256 !== null);
