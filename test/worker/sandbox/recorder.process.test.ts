import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Script } from '#worker/sandbox/script';
import { ran, rehearsed, sh, skip } from './rig.ts';

const perl = (code: string): Script => ({ argv: ['perl', '-', 'x'], stdin: code });

const says = (bytes: string): string =>
  `socket(my $s, 1, 1, 0); connect($s, pack('S a*', 1, "/run/quorate/record\\0")); ` +
  `$SIG{PIPE}='IGNORE'; syswrite $s, ${bytes}; shutdown $s, 1; 1 while sysread $s, my $b, 9999;`;

test('a script that removes, empties, moves or reads the record silences nobody', { skip }, () =>
  rehearsed(
    sh(
      'systemctl restart a; R=/run/quorate/record; rm -f $R; true > $R; mv $R /run/x; cat $R; chmod 0 $R; ' +
        'rm -rf /run/quorate; mount -t tmpfs x /run/quorate; systemctl restart b; exit 0',
    ),
    (outcome) => {
      const { records } = ran(outcome);
      assert.deepEqual(
        records.filter(({ program }) => program === 'systemctl').map(({ args }) => args[1]),
        ['a', 'b'],
      );
    },
  ),
);

test(
  'what is said to the recorder by hand is on record as a call of that program, or not at all',
  { skip },
  () =>
    rehearsed(
      perl(
        [
          says('join "\\0", "qm", "/", "destroy", "100; rm -rf /", "\\$(reboot)"'),
          says('"../../bin/sh\\0/\\0-c\\0reboot"'),
          says('"qm"'),
          says('"{\\"seq\\":99}\\0x"'),
          says('"x" x 300000'),
          says('""'),
          says('join "\\0", "nothing-we-know", "/tmp"'),
        ].join('\n'),
      ),
      (outcome) => {
        const { records } = ran(outcome);
        assert.deepEqual(
          records.map(({ seq, program, args, met, known }) => [seq, program, args, met, known]),
          [
            [1, 'qm', ['destroy', '100; rm -rf /', '$(reboot)'], 'recorded', true],
            [2, 'nothing-we-know', [], 'recorded', false],
          ],
        );
      },
    ),
);

test(
  'a script that holds every place at the recorder is stopped, so that no call goes unheard',
  { skip },
  () =>
    rehearsed(
      perl(
        `my @held; for (1 .. 65) { socket(my $s, 1, 1, 0); connect($s, pack('S a*', 1, "/run/quorate/record\\0")); push @held, $s }
       system 'systemctl', 'restart', 'unheard'; sleep 1000`,
      ),
      (outcome) => assert.equal(outcome.outcome === 'stopped' && outcome.by, 'records'),
    ),
);

test('a call that nobody waited for is on record, though the script ended with it', { skip }, () =>
  rehearsed(
    perl(
      `for (1 .. 40) { socket(my $s, 1, 1, 0); connect($s, pack('S a*', 1, "/run/quorate/record\\0")); syswrite $s, "qm\\0/\\0destroy\\0$_" }
       kill 9, $$`,
    ),
    (outcome) => {
      const { records } = ran(outcome);
      assert.deepEqual(
        records.map(({ args }) => Number(args[1])).toSorted((a, b) => a - b),
        Array.from({ length: 40 }, (_, index) => index + 1),
      );
    },
  ),
);

test('arguments come through byte for byte, with line breaks and bytes that are not UTF-8', { skip }, () =>
  rehearsed(
    perl(`system 'systemctl', 'start', "a\\nb \\xff'\\"", ''; chdir '/etc'; system 'systemctl', 'stop', 'x'`),
    (outcome) => {
      const { records } = ran(outcome);
      assert.deepEqual(
        records.map(({ args, cwd }) => [args, cwd]),
        [
          [['start', 'a\nb \xff\'"', ''], '/'],
          [['stop', 'x'], '/etc'],
        ],
      );
    },
  ),
);

test('a question is answered by who knows the host, never by a program that the script names', { skip }, () =>
  rehearsed(
    sh('systemctl is-active a && systemctl is-active b; echo "code $?"'),
    (outcome) => {
      const { stdout, records } = ran(outcome);
      assert.equal(stdout.head.toString(), 'active\ncode 1\n');
      assert.deepEqual(
        records.map(({ met }) => met),
        ['answered', 'unanswered'],
      );
    },
    {
      ask: (_, args) => Promise.resolve(args[1] === 'a' ? { code: 0, out: 'active\n' } : null),
    },
  ),
);

test('enabling a unit changes links inside and starts nothing', { skip }, () =>
  rehearsed(
    sh(
      'printf "[Service]\\nExecStart=/bin/true\\n[Install]\\nWantedBy=multi-user.target\\n" > /etc/systemd/system/q.service; ' +
        'systemctl enable --now q && readlink /etc/systemd/system/multi-user.target.wants/q.service && systemctl is-enabled q',
    ),
    (outcome) => {
      const { stdout, records } = ran(outcome);
      assert.match(stdout.head.toString(), /q\.service\nenabled\n$/);
      assert.deepEqual(
        records.map(({ args, met }) => [args[0], met]),
        [
          ['enable', 'files-only'],
          ['is-enabled', 'files'],
        ],
      );
    },
  ),
);
