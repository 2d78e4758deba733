import { z } from 'zod';

const path = z
  .string()
  .regex(/^(\/[A-Za-z0-9_@+.-]+)+$/, 'an absolute path of plain segments')
  .refine(
    (text) => !text.split('/').some((part) => part === '.' || part === '..'),
    'a path without "." and ".."',
  );

/** Name of a recipe, which is also the name of its file without .yaml. */
export const RecipeId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/, 'a recipe name such as apt-no-translations');

/** One file as it must be; it belongs to the user the worker runs as, root on a node. `mode` in octal. */
export const RecipeFile = z.strictObject({
  path,
  content: z.string().min(1).max(65_536),
  mode: z
    .string()
    .regex(/^0[0-7]{3}$/, 'a mode in octal such as "0644"')
    .transform((text) => Number.parseInt(text, 8)),
});

/** What must be so afterwards, beside the files themselves: a value that `apt-config dump` gives, null = not there. */
export const RecipeProbe = z.strictObject({
  apt_config: z.string().regex(/^[A-Za-z0-9-]+(::[A-Za-z0-9-]+)*$/, 'a key such as Acquire::Languages'),
  want: z.string().nullable(),
});

/**
 * A wanted state of a host, as data: what the files are to be, for which Debian releases it was tried, and how one sees
 * that it holds. `title` is shown to people as it stands.
 */
export const Recipe = z.strictObject({
  id: RecipeId,
  title: z.string().min(1).max(120),
  for: z.strictObject({
    debian: z.array(z.string().regex(/^[a-z]+$/, 'a codename such as "trixie"')).min(1),
  }),
  files: z.array(RecipeFile).min(1).max(50),
  probes: z.array(RecipeProbe).max(50).default([]),
});
export type Recipe = z.infer<typeof Recipe>;
