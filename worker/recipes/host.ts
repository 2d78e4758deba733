import type { Result } from '#policies/result';
import { readFileState } from '../changeset/read-file.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';
import type { RunFailure } from '../shell/run.ts';

/**
 * The host that recipes are for: where its paths begin, whom new files belong to, and what apt there says of a key
 * (null = not set; a failure where apt-config cannot be asked).
 */
export type RecipeHost = {
  readonly root: string;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly aptValue: (key: string) => Promise<Result<string | null, RunFailure>>;
  /** Null where there is no Proxmox to ask. */
  readonly access: AccessHost | null;
};

/** Proxmox's access control, and the users whose tokens Quorate works with. */
export type AccessHost = {
  readonly proxmox: Pick<Proxmox, 'access' | 'readerPermissions' | 'actorPermissions'>;
  readonly own: readonly string[];
};

/** os-release(5): /etc/os-release is mostly a link to the file in /usr/lib, and links are not followed. */
const OS_RELEASE = ['/usr/lib/os-release', '/etc/os-release'];

/** The Debian codename of a host, or null where it is not Debian or does not say. */
export const codenameOf = ({ root }: Pick<RecipeHost, 'root'>): string | null => {
  for (const path of OS_RELEASE) {
    const file = readFileState(root, path);
    const lines = file.ok ? file.value?.content.split('\n') : undefined;
    if (!lines) continue;
    const value = (name: string): string | undefined =>
      lines
        .find((line) => line.startsWith(`${name}=`))
        ?.slice(name.length + 1)
        .replace(/^"(.*)"$/, '$1');
    return value('ID') === 'debian' ? (value('VERSION_CODENAME') ?? null) : null;
  }
  return null;
};
