/** The state of one simulated Proxmox VE cluster. Times are epoch milliseconds unless a name says otherwise. */
export type World = {
  readonly cluster: { name: string; version: number };
  readonly nodes: Map<string, WorldNode>;
  readonly guests: Map<number, Guest>;
  readonly storages: Map<string, Storage>;
  readonly backups: Backup[];
  readonly jobs: Map<string, BackupJob>;
  readonly pools: Map<string, Pool>;
  readonly haResources: HaResource[];
  /** datacenter.cfg `registered-tags`. */
  readonly registeredTags: string[];
  readonly tasks: Task[];
  readonly access: Access;
  /** Full token ids, e.g. `botread@pve!ro`, of the two tokens a worker uses. */
  readonly reader: string;
  readonly actor: string;
};

/** A node. Sizes in bytes, `bootedAt` in epoch milliseconds. */
export type WorldNode = {
  readonly name: string;
  readonly nodeid: number;
  readonly ip: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  bootedAt: number;
  readonly services: Map<string, Service>;
  readonly disks: readonly Disk[];
  /** A guest whose network card names another one does not start. */
  readonly bridges: readonly string[];
};

/** A service of a node in the words of systemd. */
export type Service = { name: string; desc: string; state: string; activeState: string; unitState: string };

/** A physical disk; `size` in bytes. */
export type Disk = {
  devpath: string;
  model: string;
  serial: string;
  size: number;
  type: string;
  health: string;
};

/** A virtual machine or a container. */
export type GuestType = 'qemu' | 'lxc';

/** A key to its value as the text of the .conf file has it. */
export type Conf = Record<string, string>;

/** A guest: what its .conf file says, and what its process does. */
export type Guest = {
  readonly vmid: number;
  readonly type: GuestType;
  node: string;
  conf: Conf;
  /** What waits for the next stop; null stands for "to be deleted". */
  pending: Record<string, string | null>;
  snapshots: Snapshot[];
  power: Power;
  pid: number;
  /** Whether a shutdown or reboot request is obeyed; a VM without an operating system does not. */
  obeys: boolean;
};

/** `since` in epoch milliseconds. */
export type Power = { on: false } | { on: true; since: number; paused: boolean };

/** `snaptime` in epoch seconds; `withRam` makes a rollback end running. */
export type Snapshot = { name: string; conf: Conf; parent?: string; snaptime: number; withRam: boolean };

/** A storage of the cluster; one that is not shared exists on each node apart. */
export type Storage = {
  readonly id: string;
  readonly plugin: string;
  readonly shared: boolean;
  readonly content: readonly string[];
  readonly path?: string;
  readonly pruneBackups?: string;
  /** Whether guests on it can have snapshots (raw files on a plain directory cannot). */
  readonly snapshots: boolean;
  /** Nodes where it is defined but not active. */
  readonly inactiveOn: readonly string[];
  readonly totalBytes: number;
  readonly usedBytes: number;
  readonly isMountpoint?: boolean;
  /** Templates and images that belong to no guest. */
  readonly files?: readonly StoredFile[];
};

/** `size` in bytes, `ctime` in epoch seconds. */
export type StoredFile = { volid: string; content: string; format: string; size: number; ctime: number };

/** `node` is where the file is; on a shared storage every node sees it. */
export type Backup = {
  readonly storage: string;
  readonly node: string;
  readonly vmid: number;
  readonly type: GuestType;
  readonly file: string;
  readonly ctime: number;
  readonly size: number;
  notes?: string;
  protected: boolean;
};

/** A vzdump job; the options are text as in jobs.cfg. */
export type BackupJob = { readonly id: string; options: Record<string, string> };

/** A pool and its members. */
export type Pool = { readonly id: string; comment: string; vmids: Set<number>; storages: Set<string> };

/** A guest under HA, `vm:100`. */
export type HaResource = { sid: string; state: string; group?: string };

/** A task of a node. Times in epoch milliseconds; `end` is there once it ended. */
export type Task = {
  readonly upid: string;
  readonly node: string;
  readonly pid: number;
  readonly pstart: number;
  readonly startedAt: number;
  readonly type: string;
  readonly id: string;
  readonly user: string;
  readonly tokenid?: string;
  readonly log: string[];
  end?: { at: number; exitstatus: string };
};

/** Users, groups, roles, tokens (by full id) and who holds which role where. */
export type Access = {
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  readonly roles: Map<string, Role>;
  readonly tokens: Map<string, Token>;
  readonly acl: AclEntry[];
};

/** `expire` in epoch seconds, 0 for never. */
export type User = {
  readonly userid: string;
  enable: boolean;
  expire: number;
  comment?: string;
  email?: string;
};
/** A group of users. */
export type Group = { readonly groupid: string; comment?: string; users: Set<string> };
/** A role; `special` ones are built in. */
export type Role = { readonly roleid: string; readonly special: boolean; privs: readonly string[] };

/** A token. `expire` is in epoch seconds, 0 for never, as Proxmox keeps it. */
export type Token = {
  readonly userid: string;
  readonly tokenid: string;
  secret: string;
  privsep: boolean;
  expire: number;
  comment?: string;
};

/** One line of the access control list. */
export type AclEntry = {
  readonly path: string;
  readonly kind: 'user' | 'group' | 'token';
  readonly ugid: string;
  readonly roleid: string;
  readonly propagate: boolean;
};
