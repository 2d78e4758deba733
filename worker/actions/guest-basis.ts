import { createHash } from 'node:crypto';
import type { Basis } from '#policies/plan';
import type { GuestFacts } from './guest.ts';
import type { LastBackup } from './last-backup.ts';
import { readNode } from './site.ts';
import type { Snapshot } from './snapshot-list.ts';

/** What every plan about a guest relies on; nothing that moves by itself, such as uptime. */
export const guestBasis = (guest: GuestFacts): Basis[] => [
  { of: 'node', value: guest.node },
  { of: 'status', value: guest.state },
  { of: 'lock', value: guest.lock ?? 'none' },
  { of: 'config', value: guest.digest },
  { of: 'ha', value: guest.ha ?? 'none' },
  { of: 'quorum', value: guest.quorum },
];

/** Names, parents and times of all snapshots in one digest; Proxmox sends them in any order. */
export const snapshotBasis = (rows: readonly Snapshot[]): Basis => {
  const lines = rows.map(({ name, parent, snaptime }) =>
    JSON.stringify([name, parent ?? null, snaptime ?? null]),
  );
  return { of: 'snapshots', value: createHash('sha256').update(lines.sort().join('\n')).digest('hex') };
};

/** When the newest backup was made (ms): what remains of a guest that is to be destroyed. */
export const backupBasis = ({ at }: LastBackup): Basis => ({
  of: 'last-backup',
  value: String(at ?? 'none'),
});

/** Whether the node that a guest is to move to is there. */
export const targetBasis = ({ resources }: GuestFacts, node: string): Basis => {
  const row = readNode(resources, node);
  return { of: `target-node ${node}`, value: row === null ? 'none' : row.online ? 'online' : 'offline' };
};
