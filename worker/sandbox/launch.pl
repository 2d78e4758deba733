# Makes a private mount namespace, does the mounts that it was given, and runs bubblewrap in it. One process and no forks
# for any of the mounts: that is what the rehearsal costs beside its script. Perl, because mount(2) must happen before the
# program starts and in a process of its own, and perl-base is Essential in Debian; no module is loaded, for speed.
# Arguments: the store, the pid of the worker, then the command. It ends when no process of the sandbox is left.
use strict;
use warnings;

my ($store, $worker, @command) = @ARGV;
my (%nr, $sandbox, $pmxcfs);

sub fields {
    open my $file, '<:raw', "$store/$_[0]" or fail("open $_[0]");
    local $/;
    return split /\0/, readline($file) // '', -1;
}

sub give_up {
    my ($what, $errno) = @_;
    open my $file, '>:raw', "$store/failed" or exit 125;
    print $file join "\0", $what, $errno // 0;
    close $file;
    exit 125;
}

sub fail { give_up($_[0], $! + 0) }

# What goes wrong in here is not the end of the script.
$SIG{__DIE__} = sub { give_up($_[0] =~ s/\s+\z//r) };

%nr = fields('numbers');
syscall($nr{close_range}, 3, 0xffffffff, 0);
syscall($nr{prctl}, 1, 9, 0, 0, 0);    # PR_SET_PDEATHSIG: nothing outlives the worker
exit 125 if getppid() != $worker;
syscall($nr{prctl}, 36, 1, 0, 0, 0);    # PR_SET_CHILD_SUBREAPER: see every process of the sandbox end
syscall($nr{unshare}, 0x20000) == 0 or fail('unshare');

sub mounts {
    my @calls = fields($_[0]);
    while (@calls >= 5) {
        my ($source, $target, $type, $flags, $data) = splice @calls, 0, 5;
        syscall($nr{mount}, $source, $target, $type, $flags + 0, $data) == 0 or fail("mount $target");
    }
}

sub loopback_up {
    socket my $any, 2, 2, 0 or fail('socket');
    my $request = pack 'a16 s x22', 'lo', 0x41;    # IFF_UP, IFF_RUNNING
    ioctl $any, 0x8914, $request or fail('loopback');    # SIOCSIFFLAGS
}

sub said {
    open my $file, '<', "$store/pmxcfs.log" or return '';
    my ($last) = reverse readline $file;
    return ($last // '') =~ s/\s+\z//r;
}

sub is_mounted {
    my $path = $_[0] =~ s/([\s\\])/sprintf '\\%03o', ord $1/ger;
    open my $mounts, '<:raw', '/proc/self/mountinfo' or fail('open mountinfo');
    return grep { (split / /)[4] eq $path } readline $mounts;
}

# In the root of the rehearsal, where nothing is mounted on /etc/pve: pmxcfs begins with an umount there that ends the
# file system for everybody who has it mounted. It takes a second until it answers, of which only those know who look there:
# they wait for it. So its mount is waited for, and not by a look at it.
sub start_pmxcfs {
    my ($root, @keep) = @_;
    give_up('pmxcfs: something is mounted on /etc/pve') if is_mounted("$root/etc/pve");
    syscall($nr{unshare}, 0x40000000) == 0 or fail('unshare network');    # its sockets have names by network
    loopback_up();
    $pmxcfs = fork // fail('fork');
    if ($pmxcfs == 0) {
        syscall($nr{prctl}, 1, 9, 0, 0, 0);
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', "$store/pmxcfs.log";
        open STDERR, '>&', \*STDOUT;
        chroot $root and chdir '/' or exit 125;
        my %kept = map { $_ => 1 } @keep;
        for my $capability (grep { !$kept{$_} } 0 .. 63) { syscall($nr{prctl}, 24, $capability + 0, 0, 0, 0) }    # PR_CAPBSET_DROP
        syscall($nr{prctl}, 38, 1, 0, 0, 0);    # PR_SET_NO_NEW_PRIVS
        exec '/usr/bin/pmxcfs', '-l', '-f' or exit 125;
    }
    for (1 .. 2500) {
        return if is_mounted("$root/etc/pve");
        my $gone = waitpid $pmxcfs, 1;
        $gone == 0 or give_up('pmxcfs: ' . said());
        select undef, undef, undef, 0.002;
    }
    give_up('pmxcfs: not mounted within 5 s');
}

# Every write was in its database, which keeps a log of them, before whoever wrote was answered. Asked to end it takes 3 s.
sub end_pmxcfs {
    $pmxcfs or return;
    kill 9, $pmxcfs;
    1 while waitpid($pmxcfs, 0) == -1 && $! == 4;    # EINTR
}

mounts('mounts');
my @pmxcfs = fields('pmxcfs');
start_pmxcfs(@pmxcfs) if @pmxcfs > 1;
mounts('covers');

$SIG{TERM} = sub { $sandbox ? kill 9, $sandbox : exit 125 };
$sandbox = fork // fail('fork');
if ($sandbox == 0) {
    for my $group (grep { $_ ne '' } fields('groups')) {
        open my $file, '>', "$group/cgroup.procs" or fail('cgroup');
        print $file $$;
        close $file or fail('cgroup');
    }
    my @rlimits = fields('rlimits');
    while (@rlimits >= 2) {
        my ($which, $value) = splice @rlimits, 0, 2;
        my $limit = pack 'QQ', $value, $value;
        syscall($nr{prlimit64}, 0, $which + 0, $limit, 0) == 0 or fail('rlimit');
    }
    # As many open files as in a login shell. Node raises that to what it may, half a million on a node of systemd, and there
    # are programs that close each file that they could have open.
    my $files = pack 'QQ', 0, 0;
    syscall($nr{prlimit64}, 0, 7, 0, $files) == 0 or fail('rlimit');
    my (undef, $most) = unpack 'QQ', $files;
    $files = pack 'QQ', ($most < 1024 ? $most : 1024), $most;
    syscall($nr{prlimit64}, 0, 7, $files, 0) == 0 or fail('rlimit');
    $^F = 255;    # these two stay open for bubblewrap, which reads and closes them
    open my $arguments, '<:raw', "$store/arguments" or fail('open arguments');
    open my $filter, '<:raw', "$store/filter" or fail('open filter');
    exec 'bwrap', '--args', fileno $arguments, '--seccomp', fileno $filter, '--', @command or fail('exec bwrap');
}
until (waitpid($sandbox, 0) == $sandbox) { }
my $status = $?;
end_pmxcfs();
1 while wait() != -1;
exit($status & 127 ? 128 + ($status & 127) : $status >> 8);
