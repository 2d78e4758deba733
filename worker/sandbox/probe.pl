# Tries on each overlay that it is given what a script may do: it runs in a mount namespace of its own, and all it writes
# is in scratch upper layers. Prints for each, by its number, the step that failed and the error; `-` where none did.
use strict;
use warnings;

my ($store) = @ARGV;

sub fields {
    open my $file, '<:raw', "$store/$_[0]" or die "$store/$_[0]: $!";
    local $/;
    return split /\0/, readline($file) // '', -1;
}

sub some_file {
    my ($folder, $depth) = @_;
    opendir my $dir, $folder or return;
    my @names = grep { !/\A\.\.?\z/ } readdir $dir;
    for (@names) { return "$folder/$_" if lstat("$folder/$_") && -f _ && -s _ < 1_000_000 }
    return if $depth == 0;
    for (@names[0 .. ($#names < 20 ? $#names : 20)]) {
        next if -l "$folder/$_" || !-d "$folder/$_";
        my $found = some_file("$folder/$_", $depth - 1);
        return $found if defined $found;
    }
    return;
}

sub try {
    my ($top) = @_;
    my $new = "$top/.quorate-probe";
    open my $file, '>', $new or return 'create';
    close $file;
    unlink $new or return 'create';
    my $old = some_file($top, 2) // return '-';
    open $file, '>>', $old or return 'append';
    print $file 'x';
    close $file or return 'append';
    chmod 0600, $old or return 'chmod';
    unlink $old or return 'whiteout';
    mkdir $old or return 'opaque';
    return -d $old ? '-' : 'opaque';
}

my %nr = fields('numbers');
syscall($nr{unshare}, 0x20000) == 0 or die "unshare: $!";
my @calls = fields('mounts');
for (my $index = -1; @calls >= 5; $index++) {
    my ($source, $target, $type, $flags, $data) = splice @calls, 0, 5;
    my $step = syscall($nr{mount}, $source, $target, $type, $flags + 0, $data) == 0 ? '-' : 'mount';
    die "private: $!" if $index < 0 && $step ne '-';
    next if $index < 0;
    if ($step eq '-') {
        $! = 0;
        $step = try($target);
    }
    printf "%d\t%s\t%s\n", $index, $step, $!;
}
