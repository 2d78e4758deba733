import type { Recipe } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { fileState, readFileState, sameState } from '../changeset/read-file.ts';
import { CMDLINE_FILE, cmdlineText, loaderOf } from './boot.ts';
import { bootIdOf } from './facts.ts';
import type { RecipeHost } from './host.ts';
import { fileBasis } from './host-basis.ts';
import { type Planned, part } from './part.ts';

/** The kernel's command line with the tokens of the recipe, in the file of what boots this host. */
export const planCmdline = async (host: RecipeHost, { id, cmdline }: Recipe): Promise<Planned> => {
  const { add, remove } = cmdline;
  if (add.length === 0 && remove.length === 0) return ok(part({}));
  const unfit = (why: string): Planned => no({ no: 'recipe-not-for-this-host', recipe: id, why });
  const loader = await loaderOf(host.root);
  if (loader === null) return unfit('its boot loader is not known');
  const path = CMDLINE_FILE[loader];
  const now = readFileState(host.root, path);
  const before = now.ok ? now.value : null;
  const text = before && cmdlineText(loader, before.content, cmdline);
  if (before === null || text === null) return unfit(path);
  const after = fileState(text, before);
  const same = sameState(before, after);
  return ok(
    part({
      effects: same ? [] : [{ kind: 'kernel-cmdline', path, before, after, loader }],
      basis: [fileBasis(host, path)],
      probes: [
        { probe: 'file', path, sha256: after.sha256 },
        { probe: 'cmdline', has: add, lacks: remove, boot: bootIdOf(host.root) },
      ],
      blast: same ? [] : [{ blast: 'after-reboot', what: path }],
    }),
  );
};
