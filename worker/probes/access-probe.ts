import { orRefusal } from '../actions/refused.ts';
import { accessStanding, standingText } from '../proxmox/access-standing.ts';
import { unseen } from './find-guest.ts';
import type { Looker } from './probe.ts';

/** What Proxmox says of an entry of its access control. */
export const access: Looker<'access'> = async ({ proxmox }, _, { entry, want }) => {
  const now = orRefusal(await proxmox.access());
  if (!now.ok) return unseen(now.error);
  const standing = accessStanding(now.value, entry);
  return { ok: standing.stands === (want ? 'there' : 'absent'), saw: standingText(standing).slice(0, 200) };
};
