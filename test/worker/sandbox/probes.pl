# Ways out of the sandbox, tried from inside. Each answers true where it got what it wanted. Arguments: what the test
# knows of the host: pid, port on loopback, abstract socket, socket file, SysV key, store, a file with a secret.
use strict;
use warnings;
my ($pid, $port, $abstract, $socket, $key, $store, $secret) = @ARGV;
my %nr = map { split /=/ } split / /, $ENV{CALLS};
my $empty = "\0" x 256;
$| = 1;

sub call { my ($name, @args) = @_; return syscall($nr{$name}, map { /\A-?\d+\z/ ? $_ + 0 : $_ } @args) != -1 }
sub wrote { open(my $file, '>>', $_[0]) or return 0; return (syswrite($file, $_[1] // '1') // 0) > 0 }
sub can_read { open(my $file, '<', $_[0]) or return 0; return (sysread($file, my $buffer, 16) // 0) > 0 }
sub in_child { my ($body) = @_; my $child = fork // return 0; if (!$child) { exit($body->() ? 0 : 1) } waitpid $child, 0; return $? == 0 }
sub device { my ($path) = @_; call('mknod', $path, 060600, 254 * 256) ; my $got = can_read($path); unlink $path; return $got }
sub family { return call('socket', $_[0], $_[1], $_[2] // 0) }
sub dials { socket(my $s, $_[0], 1, 0) or return 0; alarm 2; my $got = connect($s, $_[1]); alarm 0; return $got }

my @probes = (
    chroot_climb => sub { in_child(sub { mkdir '/tmp/jail'; chroot '/tmp/jail' or return 0; chdir '..' for 1 .. 64; chroot '.'; wrote('/QUORATE_ESCAPED'); return !-e '/run/quorate/record' }) },
    mount_tmpfs => sub { call('mount', 'x', '/mnt', 'tmpfs', 0, '') },
    mount_proc => sub { call('mount', 'x', '/mnt', 'proc', 0, '') },
    remount_writable => sub { call('mount', 'none', '/proc/sys', 'none', 4096 + 32, '') },
    umount_proc_sys => sub { call('umount2', '/proc/sys', 2) },
    umount_stand_in => sub { call('umount2', '/usr/bin/systemctl', 2) },
    pivot_root => sub { call('pivot_root', '.', '.') },
    open_tree => sub { call('open_tree', -100, '/', 1) },
    move_mount => sub { call('move_mount', -100, '/proc/sys', -100, '/mnt', 0) },
    fsopen => sub { call('fsopen', 'ext4', 0) },
    fspick => sub { call('fspick', -100, '/', 0) },
    mount_setattr => sub { call('mount_setattr', -100, '/proc/sys', 0, $empty, 32) },
    unshare_mount => sub { in_child(sub { call('unshare', 0x20000) }) },
    unshare_user => sub { in_child(sub { call('unshare', 0x10000000) }) },
    unshare_pid => sub { in_child(sub { call('unshare', 0x20000000) }) },
    unshare_net => sub { in_child(sub { call('unshare', 0x40000000) }) },
    unshare_time => sub { in_child(sub { call('unshare', 0x80) }) },
    clone_user => sub { my $child = syscall($nr{clone}, 0x10000000 | 17, 0, 0, 0, 0); exit 0 if $child == 0; return $child > 0 },
    clone3 => sub { my $args = "\0" x 88; my $child = syscall($nr{clone3}, $args, 88); exit 0 if $child == 0; return $child > 0 },
    setns => sub { open my $file, '<', '/proc/1/ns/mnt' or return 0; call('setns', fileno($file), 0) },
    name_to_handle => sub { my $h = pack('I', 128) . "\0" x 132; call('name_to_handle_at', -100, '/etc', $h, my $id = "\0" x 8, 0) },
    open_by_handle => sub { my $h = pack('II', 8, 1) . pack('II', 2, 0) . "\0" x 64; call('open_by_handle_at', -100, $h, 0) },
    io_uring => sub { my $p = "\0" x 120; call('io_uring_setup', 8, $p) },
    bpf => sub { my $p = pack('IIII', 2, 4, 4, 1) . $empty; call('bpf', 0, $p, 64) },
    perf_event => sub { my $p = pack('II', 1, 112) . "\0" x 104; call('perf_event_open', $p, 0, -1, -1, 0) },
    userfaultfd => sub { call('userfaultfd', 0) },
    add_key => sub { call('add_key', 'user', 'x', 'y', 1, -3) },
    request_key => sub { call('request_key', 'user', 'x', 0, -3) },
    keyctl => sub { call('keyctl', 0, -3, 1) },
    init_module => sub { call('init_module', $empty, 8, '') },
    finit_module => sub { call('finit_module', 0, '', 0) },
    delete_module => sub { call('delete_module', 'no_such_module', 0) },
    kexec_load => sub { call('kexec_load', 0, 0, 0, 0) },
    kexec_file_load => sub { call('kexec_file_load', -1, -1, 0, 0, 0) },
    reboot_cad => sub { call('reboot', 0xfee1dead, 672274793, 0x89ABCDEF, 0) },
    swapon => sub { call('swapon', '/tmp/none', 0) },
    syslog => sub { call('syslog', 10, 0, 0) },
    acct => sub { call('acct', 0) },
    ptrace_first => sub { call('ptrace', 16, 1, 0, 0) },
    vm_write => sub { call('process_vm_writev', 1, $empty, 1, $empty, 1, 0) },
    pidfd_getfd => sub { call('pidfd_getfd', 0, 0, 0) },
    settimeofday => sub { my $t = pack 'qq', time, 0; call('settimeofday', $t, 0) },
    clock_settime => sub { my $t = pack 'qq', time, 0; call('clock_settime', 0, $t) },
    sethostname => sub { call('sethostname', 'x', 1) },
    setdomainname => sub { call('setdomainname', 'x', 1) },
    iopl => sub { defined $nr{iopl} and call('iopl', 3) },
    quotactl => sub { call('quotactl', 0x800001 << 8, 0, 0, 0) },
    other_architecture => sub { call('x32', 0) },
    vsock => sub { family(40, 1) },
    packet => sub { family(17, 3, 768) },
    algorithm => sub { family(38, 5) },
    raw_ip => sub { family(2, 3, 1) },
    terminal_input => sub { my $c = 'x'; call('ioctl', 0, 0x5412, $c) },
    swappiness => sub { wrote('/proc/sys/vm/swappiness', 60) },
    core_pattern => sub { wrote('/proc/sys/kernel/core_pattern', 'core') },
    modprobe_path => sub { wrote('/proc/sys/kernel/modprobe', '/x') },
    sysrq => sub { wrote('/proc/sysrq-trigger', 'h') },
    irq => sub { wrote('/proc/irq/default_smp_affinity', '3') },
    sysfs_write => sub { wrote('/sys/kernel/uevent_helper', '/x') or wrote('/sys/power/state', 'x') or wrote('/sys/kernel/mm/ksm/run', '0') },
    control_groups => sub { my @seen = glob '/sys/fs/cgroup/*'; return @seen > 0 },
    debugfs => sub { my @seen = glob '/sys/kernel/debug/*'; return @seen > 0 },
    device_in_root => sub { device('/disk') },
    device_in_run => sub { device('/run/disk') },
    device_in_dev => sub { device('/dev/disk') },
    device_in_shm => sub { device('/dev/shm/disk') },
    memory => sub { can_read('/dev/mem') or can_read('/proc/kcore') },
    kernel_log => sub { can_read('/dev/kmsg') or can_read('/proc/kmsg') },
    loopback => sub { dials(2, pack('S n C4 x8', 2, $port, 127, 0, 0, 1)) },
    outside => sub { dials(2, pack('S n C4 x8', 2, 53, 1, 1, 1, 1)) },
    abstract_socket => sub { dials(1, pack('S a*', 1, "\0$abstract")) },
    socket_file => sub { dials(1, pack('S a*', 1, "$socket\0")) },
    bus => sub { -e '/run/dbus/system_bus_socket' or -e '/run/systemd/private' },
    signal => sub { kill 0, $pid },
    host_processes => sub { my @seen = grep { m{/\d+\z} } glob '/proc/*'; return @seen > 8 },
    shared_memory => sub { defined shmget($key, 16, 0) },
    our_store => sub { opendir my $dir, $store or return 0; return scalar(grep { !/^\.\.?$/ } readdir $dir) },
    secret => sub { can_read($secret) },
    record_removed => sub { unlink '/run/quorate/record' },
    record_moved => sub { rename '/run/quorate/record', '/run/quorate/other' },
    record_mode => sub { chmod 0, '/run/quorate/record' },
    record_listened => sub { open(my $file, '<', '/run/quorate/record') },
    stand_in_written => sub { wrote('/usr/bin/systemctl', 'x') },
    stand_in_removed => sub { unlink '/usr/bin/systemctl' },
    stand_in_moved => sub { rename '/usr/bin/systemctl', '/usr/bin/other' },
    real_written => sub { wrote('/run/quorate/real/systemctl', 'x') },
    fresh_proc_self_mem_of_first => sub { open(my $file, '+<', '/proc/1/mem') or return 0; return (sysread($file, my $b, 1) // 0) > 0 },
    immutable => sub { open(my $file, '>', '/tmp/flagged') or return 0; my $f = pack 'l!', 16; ioctl($file, 0x40086602, $f) },
    larger_files => sub { my $l = pack 'QQ', 2**62, 2**62; syscall($nr{prlimit64}, 0, 1, $l, 0) == 0 },
    realtime => sub { my $p = pack 'i', 50; syscall($nr{sched_setscheduler}, 0, 1, $p) == 0 },
    inherited_files => sub { opendir my $dir, '/proc/self/fd' or return 1; my @open = grep { /\d/ and $_ > 2 and (readlink("/proc/self/fd/$_") // '') !~ m{^/proc/|probes} } readdir $dir; return @open > 0 },
    new_network => sub { my @seen = grep { !m{/lo\z} } glob '/proc/sys/net/ipv4/conf/*'; return can_read('/proc/net/route') && do { open my $f, '<', '/proc/net/route'; my @l = <$f>; @l > 1 } },
    capability_back => sub { my $h = pack 'II', 0x20080522, 0; my $d = pack 'IIIIII', (0xffffffff) x 6; syscall($nr{capset}, $h, $d) == 0 },
);
while (my ($name, $try) = splice @probes, 0, 2) {
    $! = 0;
    my $got = eval { local $SIG{ALRM} = sub { die 'time' }; $try->() };
    print $name, "\t", ($got ? 'OUT' : 'refused'), "\t", $! + 0, "\n";
}
