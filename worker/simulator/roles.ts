import type { Role } from './world.ts';

const PRIVILEGES =
  'Datastore.Allocate Datastore.AllocateSpace Datastore.AllocateTemplate Datastore.Audit Group.Allocate ' +
  'Mapping.Audit Mapping.Modify Mapping.Use Permissions.Modify Pool.Allocate Pool.Audit Realm.Allocate ' +
  'Realm.AllocateUser SDN.Allocate SDN.Audit SDN.Use Sys.AccessNetwork Sys.Audit Sys.Console Sys.Incoming ' +
  'Sys.Modify Sys.PowerMgmt Sys.Syslog User.Modify VM.Allocate VM.Audit VM.Backup VM.Clone VM.Config.CDROM ' +
  'VM.Config.CPU VM.Config.Cloudinit VM.Config.Disk VM.Config.HWType VM.Config.Memory VM.Config.Network ' +
  'VM.Config.Options VM.Console VM.Migrate VM.Monitor VM.PowerMgmt VM.Snapshot VM.Snapshot.Rollback';

/** Every privilege of Proxmox VE 8.4. */
export const PRIVS: readonly string[] = PRIVILEGES.split(' ');

const startingWith = (...prefixes: string[]): string[] =>
  PRIVS.filter((priv) => prefixes.some((prefix) => priv.startsWith(prefix)));

const VM_ADMIN = startingWith('VM.');

const BUILT_IN: Record<string, readonly string[]> = {
  NoAccess: [],
  Administrator: PRIVS,
  PVEAdmin: PRIVS.filter(
    (priv) =>
      ![
        'Mapping.Modify',
        'Permissions.Modify',
        'Realm.Allocate',
        'Sys.Modify',
        'Sys.PowerMgmt',
        'Sys.Incoming',
        'Sys.AccessNetwork',
      ].includes(priv),
  ),
  PVEAuditor: PRIVS.filter((priv) => /^(Datastore|Mapping|Pool|SDN|Sys|VM)\.Audit$/.test(priv)),
  PVEDatastoreAdmin: startingWith('Datastore.'),
  PVEDatastoreUser: ['Datastore.AllocateSpace', 'Datastore.Audit'],
  PVEMappingAdmin: startingWith('Mapping.'),
  PVEMappingUser: ['Mapping.Audit', 'Mapping.Use'],
  PVEPoolAdmin: startingWith('Pool.'),
  PVEPoolUser: ['Pool.Audit'],
  PVESDNAdmin: startingWith('SDN.'),
  PVESDNUser: ['SDN.Audit', 'SDN.Use'],
  PVESysAdmin: ['Sys.Audit', 'Sys.Console', 'Sys.Syslog'],
  PVETemplateUser: ['VM.Audit', 'VM.Clone'],
  PVEUserAdmin: ['Group.Allocate', 'Realm.AllocateUser', 'User.Modify'],
  PVEVMAdmin: VM_ADMIN,
  PVEVMUser: [
    'VM.Audit',
    'VM.Backup',
    'VM.Config.CDROM',
    'VM.Config.Cloudinit',
    'VM.Console',
    'VM.PowerMgmt',
  ],
};

/** The built-in roles of Proxmox VE 8.4, as `GET /access/roles` of a real node listed them. */
export const builtInRoles = (): Map<string, Role> =>
  new Map(Object.entries(BUILT_IN).map(([roleid, privs]) => [roleid, { roleid, privs, special: true }]));
