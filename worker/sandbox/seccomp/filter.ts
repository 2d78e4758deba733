import { type Arch, type CallName, callNumber } from './numbers.ts';

/** One instruction of classic BPF (linux/filter.h): code, jump if true, jump if false, operand. */
type Instruction = readonly [code: number, jt: number, jf: number, k: number];

const LOAD = 0x20;
const JUMP_EQUAL = 0x15;
const JUMP_ANY_BIT = 0x45;
const JUMP_AT_LEAST = 0x35;
const RETURN = 0x06;

const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;
const errno = (number: number): number => 0x0005_0000 + number;

/** Offsets in struct seccomp_data; of the arguments the lower half, which holds all that is compared here. */
const NUMBER = 0;
const ARCH = 4;
const argument = (index: number): number => 16 + 8 * index;

const auditArch: Record<Arch, number> = { x64: 0xc000_003e, arm64: 0xc000_00b7 };

/** CLONE_NEW{TIME,NS,CGROUP,UTS,IPC,USER,PID,NET} of linux/sched.h. */
const NAMESPACES = 0x7e02_0080;

/** Ways to put characters into another terminal's input (ioctl_tty(2)). */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;

/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK; vsock, packet, alg and the rest reach past the network namespace or the kernel's rarely used code. */
const FAMILIES = [1, 2, 10, 16];

const refused: readonly CallName[] = [
  'mount',
  'umount2',
  'pivot_root',
  'open_tree',
  'move_mount',
  'fsopen',
  'fsconfig',
  'fsmount',
  'fspick',
  'mount_setattr',
  'open_tree_attr',
  'setns',
  'name_to_handle_at',
  'open_by_handle_at',
  'io_uring_setup',
  'io_uring_enter',
  'io_uring_register',
  'bpf',
  'perf_event_open',
  'userfaultfd',
  'add_key',
  'request_key',
  'keyctl',
  'create_module',
  'init_module',
  'finit_module',
  'delete_module',
  'kexec_load',
  'kexec_file_load',
  'reboot',
  'swapon',
  'swapoff',
  'syslog',
  'acct',
  'ptrace',
  'process_vm_readv',
  'process_vm_writev',
  'pidfd_getfd',
  'kcmp',
  'quotactl',
  'quotactl_fd',
  'settimeofday',
  'clock_settime',
  'sethostname',
  'setdomainname',
  'iopl',
  'ioperm',
  'modify_ldt',
  'uselib',
  'nfsservctl',
  'lookup_dcookie',
  'fanotify_init',
  'vhangup',
  'move_pages',
  'migrate_pages',
];

const answer = (value: number): Instruction => [RETURN, 0, 0, value];

/** If the call is `name`, run `body` and then allow; else go on behind it. The number is in the accumulator before and after. */
const when = (name: CallName, arch: Arch, body: readonly Instruction[]): readonly Instruction[] => {
  const number = callNumber(name, arch);
  return number === null ? [] : [[JUMP_EQUAL, 0, body.length, number], ...body];
};

const unlessFamily: readonly Instruction[] = [
  [LOAD, 0, 0, argument(0)],
  ...FAMILIES.map((family, index): Instruction => [JUMP_EQUAL, FAMILIES.length - index, 0, family]),
  answer(errno(EAFNOSUPPORT)),
  answer(ALLOW),
];

const ifNamespaces: readonly Instruction[] = [
  [LOAD, 0, 0, argument(0)],
  [JUMP_ANY_BIT, 0, 1, NAMESPACES],
  answer(errno(EPERM)),
  answer(ALLOW),
];

const ifTerminalInput: readonly Instruction[] = [
  [LOAD, 0, 0, argument(1)],
  [JUMP_EQUAL, 1, 0, TIOCSTI],
  [JUMP_EQUAL, 0, 1, TIOCLINUX],
  answer(errno(EPERM)),
  answer(ALLOW),
];

/** Another architecture's numbers mean other calls, so its programs are ended; so are x32's, which have bit 30 set. */
const onlyThis = (arch: Arch): readonly Instruction[] => [
  [LOAD, 0, 0, ARCH],
  [JUMP_EQUAL, 1, 0, auditArch[arch]],
  answer(KILL),
  [LOAD, 0, 0, NUMBER],
  [JUMP_AT_LEAST, 0, 1, 0x4000_0000],
  answer(errno(ENOSYS)),
];

/**
 * The filter as the kernel takes it: 8 bytes an instruction. Refused calls answer EPERM as they would without the right;
 * clone3 answers ENOSYS, since its flags lie in memory where no filter can look, and libc then uses clone.
 */
export const seccompFilter = (arch: Arch): Buffer => {
  const program: readonly Instruction[] = [
    ...onlyThis(arch),
    ...refused.flatMap((name) => when(name, arch, [answer(errno(EPERM))])),
    ...when('clone3', arch, [answer(errno(ENOSYS))]),
    ...when('socket', arch, unlessFamily),
    ...when('clone', arch, ifNamespaces),
    ...when('unshare', arch, ifNamespaces),
    ...when('ioctl', arch, ifTerminalInput),
    answer(ALLOW),
  ];
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(([code, jt, jf, k], index) => {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jt, index * 8 + 2);
    bytes.writeUInt8(jf, index * 8 + 3);
    bytes.writeUInt32LE(k, index * 8 + 4);
  });
  return bytes;
};
