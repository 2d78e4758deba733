import { z } from 'zod';
import { AccessEntry } from '../access-effect.ts';
import { UnitState } from '../host-effect.ts';
import { Subsystem } from '../subsystem.ts';
import { RecipeEdit } from './edit.ts';
import { RecipePath } from './path.ts';
import { isShared } from './shared-files.ts';

/** Name of a recipe, which is also the name of its file without .yaml. */
export const RecipeId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'a recipe name such as apt-no-translations');

const Codename = z.string().regex(/^[a-z]+$/, 'a codename such as "trixie"');
const UnitName = z
  .string()
  .regex(/^[a-zA-Z0-9@_.-]{1,64}\.(service|socket|timer)$/, 'a unit such as chrony.service');
const PackageName = z.string().regex(/^[a-z0-9][a-z0-9+.-]{1,63}$/, 'the name of a Debian package');
const Token = z.string().regex(/^[A-Za-z0-9_.=,:-]{1,100}$/, 'one token of a kernel command line');

const mode = z
  .string()
  .regex(/^0[0-7]{3}$/, 'a mode in octal such as "0644"')
  .transform((text) => Number.parseInt(text, 8));

/**
 * One file of the recipe's own as it must be; it belongs to the user the worker runs as, root on a node. `mode` in octal.
 * Left out on other releases than `on`, and where another source has `unless_repository`. `each: nic` makes one for each physical
 * NIC. Holes such as {nic} are filled with what the worker finds on the host; `refresh` makes it count at once.
 */
export const RecipeFile = z.strictObject({
  path: RecipePath.refine(
    (path) => !isShared(path),
    'a file of its own, not one that others have a share in',
  ),
  content: z.string().min(1).max(65_536),
  mode,
  on: z.array(Codename).min(1).exactOptional(),
  each: z.literal('nic').exactOptional(),
  unless_repository: z
    .string()
    .regex(/^[a-z-]+$/, 'a component such as pve-no-subscription')
    .exactOptional(),
  refresh: z.union([z.literal('initramfs'), z.strictObject({ unit: UnitName })]).exactOptional(),
});
export type RecipeFile = z.infer<typeof RecipeFile>;

const AptProbe = z.strictObject({
  apt_config: z.string().regex(/^[A-Za-z0-9-]+(::[A-Za-z0-9-]+)*$/, 'a key such as Acquire::Languages'),
  want: z.string().nullable(),
});

/** What must be so afterwards, beside the effects themselves: a value that `apt-config dump` gives, null = not there. */
export const RecipeProbe = AptProbe;

/** A unit as it must be: `enabled` for the next start of the host, `active` for now. */
const RecipeUnit = z.strictObject({
  unit: UnitName,
  enabled: UnitState.shape.enabled.pipe(z.enum(['enabled', 'disabled', 'masked'])),
  active: z.boolean(),
});
export type RecipeUnit = z.infer<typeof RecipeUnit>;

/**
 * A wrapper in the place of a package's program, which dpkg keeps as {real} from then on and updates there: what the wrapper cannot
 * do is for it to leave to that.
 */
const RecipeDiversion = z.strictObject({
  package: PackageName,
  program: z.string().regex(/^[a-z0-9][a-z0-9+._-]{0,63}$/, 'the name of a program'),
  content: z
    .string()
    .max(8192)
    .refine(
      (text) => text.startsWith('#!/') && text.includes('{real}'),
      'a script that falls back to {real}',
    ),
});
export type RecipeDiversion = z.infer<typeof RecipeDiversion>;

/** What a host must have for a recipe to be for it. */
const Needs = z.strictObject({
  cpu: z.enum(['amd', 'intel']).exactOptional(),
  zfs: z.literal(true).exactOptional(),
  virtual: z.enum(['kvm', 'vmware', 'oracle']).exactOptional(),
});

/**
 * A wanted state of a host, as data: what the files, kernel settings, packages and units are to be, for which Debian releases it
 * was tried, and how one sees that it holds. `title` is shown to people as it stands; `subsystem` is what it is taken back with. `reboot`: it counts, or all of it
 * does, from the next start of the host on.
 */
export const Recipe = z
  .strictObject({
    id: RecipeId,
    title: z.string().min(1).max(120),
    subsystem: Subsystem,
    risk: z.enum(['medium', 'high', 'critical']).default('medium'),
    reboot: z.boolean().default(false),
    for: z.strictObject({ debian: z.array(Codename).min(1), ...Needs.shape }),
    files: z.array(RecipeFile).max(50).default([]),
    edits: z.array(RecipeEdit).max(20).default([]),
    sysctl: z
      .record(
        z.string().regex(/^[a-z0-9_-]+(\.[a-z0-9_-]+)+$/, 'a kernel setting such as vm.swappiness'),
        z.string().regex(/^[^\n]{1,200}$/),
      )
      .default({}),
    packages: z
      .strictObject({
        install: z.array(PackageName).max(50).default([]),
        may_remove: z.array(PackageName).max(10).default([]),
      })
      .default({ install: [], may_remove: [] }),
    units: z.array(RecipeUnit).max(20).default([]),
    cmdline: z
      .strictObject({ add: z.array(Token).max(20).default([]), remove: z.array(Token).max(20).default([]) })
      .default({ add: [], remove: [] }),
    autotrim: z.literal('on').exactOptional(),
    diversions: z.array(RecipeDiversion).max(5).default([]),
    access: z.array(AccessEntry).max(50).default([]),
    probes: z.array(RecipeProbe).max(50).default([]),
  })
  .refine(
    ({ files, edits, sysctl, packages, units, cmdline, autotrim, access, diversions }) =>
      [
        files,
        edits,
        units,
        access,
        diversions,
        packages.install,
        cmdline.add,
        cmdline.remove,
        Object.keys(sysctl),
      ].some((list) => list.length > 0) || autotrim !== undefined,
    'something that is to be so',
  );
export type Recipe = z.infer<typeof Recipe>;
