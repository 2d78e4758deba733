#!/usr/bin/perl
# Stands in the place of a program that would act outside the files. Says to the worker what was asked for, byte for
# byte, and does what it is told: end with an answer, or run the real program with the arguments that come back.
use strict;

my $home = '/run/quorate';
my ($name) = $0 =~ m{([^/]*)\z};
my $said = join "\0", $name, readlink('/proc/self/cwd') // '/', @ARGV;
my $heard = '';
my $worker;
if (socket($worker, 1, 1, 0) and connect($worker, pack('S a*', 1, "$home/record\0"))) {
    $SIG{PIPE} = 'IGNORE';
    while (length $said) { substr($said, 0, syswrite($worker, $said) // last, '') }
    shutdown $worker, 1;
    1 while sysread $worker, $heard, 65536, length $heard;
}
my ($verb, $first, @rest) = split /\0/, $heard, -1;
if (($verb // '') eq 'run') {
    stat '/etc/pve/.members';    # of a pmxcfs that has just been started: this waits until it answers
    exec {"$home/real/$first"} $name, @rest;
    exit 127;
}
if (($verb // '') ne 'end') {
    print STDERR "$name: not run in a rehearsal, and could not be recorded\n";
    exit 1;
}
my ($out, $err, $fd) = @rest;
syswrite STDOUT, $out if length $out;
if (length $err) {
    my $to;
    syswrite open($to, '>&=', $fd || 2) ? $to : *STDERR, $err;
}
exit $first;
