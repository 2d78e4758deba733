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
  readonly tasks: Task[];
  readonly access: Access;
  /** Full token ids, e.g. `botread@pve!ro`, of the two tokens a worker uses. */
  readonly reader: string;
  readonly actor: string;
};

export type WorldNode = {
  readonly name: string;
  readonly nodeid: number;
  readonly ip: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly bootedAt: number;
  readonly services: Map<string, Service>;
  readonly disks: readonly Disk[];
  /** A guest whose network card names another one does not start. */
  readonly bridges: readonly string[];
};

export type Service = { name: string; desc: string; state: string; activeState: string; unitState: string };

export type Disk = {
  devpath: string;
  model: string;
  serial: string;
  size: number;
  type: string;
  health: string;
};

export type GuestType = 'qemu' | 'lxc';

/** A key to its value as the text of the .conf file has it. */
export type Conf = Record<string, string>;

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

export type Power = { on: false } | { on: true; since: number; paused: boolean };

export type Snapshot = { name: string; conf: Conf; parent?: string; snaptime: number; withRam: boolean };

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

export type BackupJob = { readonly id: string; options: Record<string, string> };

export type Pool = { readonly id: string; comment: string; vmids: Set<number>; storages: Set<string> };

export type HaResource = { sid: string; state: string; group?: string };

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

export type Access = {
  readonly users: Map<string, User>;
  readonly groups: Map<string, Group>;
  readonly roles: Map<string, Role>;
  readonly tokens: Map<string, Token>;
  readonly acl: AclEntry[];
};

export type User = {
  readonly userid: string;
  enable: boolean;
  expire: number;
  comment?: string;
  email?: string;
};
export type Group = { readonly groupid: string; comment?: string; users: Set<string> };
export type Role = { readonly roleid: string; readonly special: boolean; privs: readonly string[] };

/** `expire` is in epoch seconds, 0 for never, as Proxmox keeps it. */
export type Token = {
  readonly userid: string;
  readonly tokenid: string;
  secret: string;
  privsep: boolean;
  expire: number;
  comment?: string;
};

export type AclEntry = {
  readonly path: string;
  readonly kind: 'user' | 'group' | 'token';
  readonly ugid: string;
  readonly roleid: string;
  readonly propagate: boolean;
};
