# Makes a private mount namespace, does the mounts that it was given, and runs bubblewrap in it. One process and no forks
# for any of the mounts: that is what the rehearsal costs beside its script. Perl, because mount(2) must happen before the
# program starts and in a process of its own, and perl-base is Essential in Debian; no module is loaded, for speed.
# Arguments: the store, the pid of the worker, then the command. It ends when no process of the sandbox is left.
use strict;
use warnings;

my ($store, $worker, @command) = @ARGV;
my (%nr, $sandbox);

sub fields {
    open my $file, '<:raw', "$store/$_[0]" or fail("open $_[0]");
    local $/;
    return split /\0/, readline($file) // '', -1;
}

sub fail {
    my $errno = $! + 0;
    open my $file, '>:raw', "$store/failed" or exit 125;
    print $file "$_[0]\0$errno";
    close $file;
    exit 125;
}

%nr = fields('numbers');
syscall($nr{close_range}, 3, 0xffffffff, 0);
syscall($nr{prctl}, 1, 9, 0, 0, 0);    # PR_SET_PDEATHSIG: nothing outlives the worker
exit 125 if getppid() != $worker;
syscall($nr{prctl}, 36, 1, 0, 0, 0);    # PR_SET_CHILD_SUBREAPER: see every process of the sandbox end
syscall($nr{unshare}, 0x20000) == 0 or fail('unshare');

my @calls = fields('mounts');
while (@calls >= 5) {
    my ($source, $target, $type, $flags, $data) = splice @calls, 0, 5;
    syscall($nr{mount}, $source, $target, $type, $flags + 0, $data) == 0 or fail("mount $target");
}

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
    $^F = 255;    # these two stay open for bubblewrap, which reads and closes them
    open my $arguments, '<:raw', "$store/arguments" or fail('open arguments');
    open my $filter, '<:raw', "$store/filter" or fail('open filter');
    exec 'bwrap', '--args', fileno $arguments, '--seccomp', fileno $filter, '--', @command or fail('exec bwrap');
}
until (waitpid($sandbox, 0) == $sandbox) { }
my $status = $?;
1 while wait() != -1;
exit($status & 127 ? 128 + ($status & 127) : $status >> 8);
