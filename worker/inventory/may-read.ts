import { ok, type Result } from '#policies/result';
import type { PveFailure } from '../proxmox/failure.ts';
import type { Proxmox } from '../proxmox/proxmox.ts';

/**
 * Whether the reader holds one of the privileges on a path, by the key and not its value (0 = here, not below). Asked for
 * this path alone: the list of all paths leaves out those without any right, which then look inherited (PVE 8.4).
 */
export const mayRead = async (
  proxmox: Proxmox,
  path: string,
  ...anyOf: readonly string[]
): Promise<Result<boolean, PveFailure>> => {
  const rights = await proxmox.readerPermissions(path);
  if (!rights.ok) return rights;
  const held = rights.value[path] ?? {};
  return ok(anyOf.some((privilege) => privilege in held));
};
