/** A right that a write needs: one of `anyOf` on the path. */
export type Need = { readonly path: string; readonly anyOf: readonly string[] };

const guest = (...anyOf: string[]): Need => ({ path: '/vms/{vmid}', anyOf });
const power = [guest('VM.PowerMgmt')];

/** Least privileges per write of the client (`permissions` in Proxmox's API schema, seen on PVE 8.4.21). */
export const privileges: Readonly<Record<string, readonly Need[]>> = {
  start: power,
  stop: power,
  shutdown: power,
  reboot: power,
  suspend: power,
  resume: power,
  createSnapshot: [guest('VM.Snapshot')],
  deleteSnapshot: [guest('VM.Snapshot')],
  rollbackSnapshot: [guest('VM.Snapshot', 'VM.Snapshot.Rollback')],
  backup: [guest('VM.Backup'), { path: '/storage/{storage}', anyOf: ['Datastore.AllocateSpace'] }],
  resizeDisk: [guest('VM.Config.Disk')],
  migrate: [guest('VM.Migrate')],
  destroy: [guest('VM.Allocate')],
  restartService: [{ path: '/nodes/{node}', anyOf: ['Sys.Modify'] }],
};

/** The right that `setConfig` needs per option. */
export const configPrivileges: Readonly<Record<string, string>> = {
  memory: 'VM.Config.Memory',
  cores: 'VM.Config.CPU',
  onboot: 'VM.Config.Options',
  tags: 'VM.Config.Options',
  description: 'VM.Config.Options',
};
