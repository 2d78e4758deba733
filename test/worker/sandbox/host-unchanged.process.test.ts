import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import { clockBegan, differing, hostState, rootState } from './host-state.ts';
import { ran, rehearsed, sh, skip } from './rig.ts';

const scripts = {
  tweaks:
    "echo '10.9.9.9 other' >> /etc/hosts; useradd -m bob; chmod 600 /etc/issue; rm /etc/motd; mkdir -p /etc/x/y; ln -s y /etc/x/z",
  units:
    'systemctl enable --now cron; systemctl mask rsyslog; systemctl daemon-reload; reboot; poweroff; ' +
    'echo "[Unit]" > /lib/systemd/system/own.service; mkdir -p /etc/systemd/system/cron.service.d; ' +
    'echo "[Service]" > /etc/systemd/system/cron.service.d/own.conf; rm -f /lib/systemd/system/cron.service; ' +
    'echo "Storage=none" >> /etc/systemd/journald.conf; systemctl disable --now cron',
  cluster:
    'pvesm set local --content iso; pveum user add a@pve; pvesh set /cluster/options --keyboard de; qm set 100 --memory 1; ' +
    'echo x > /etc/pve/storage.cfg; rm -rf /etc/pve/* /var/lib/pve-cluster/*; systemctl stop pve-cluster',
  destroying: 'rm -rf /etc /boot /srv /usr/local/sbin /var/spool 2>/dev/null; echo x > /etc',
  kernel:
    'sysctl -w vm.swappiness=1; echo 1 > /proc/sys/vm/swappiness; hostname other; date -s 2001-01-01; hwclock --systohc; ' +
    'modprobe dummy; insmod /x.ko; rmmod dummy; swapoff -a; mount -t tmpfs none /srv; umount /dev/shm; umount -a',
  network:
    'ip link set lo down; ip addr add 192.0.2.1/24 dev lo; ip route add 192.0.2.0/24 dev lo; ip rule add from all table 9; ' +
    'nft flush ruleset; nft add table inet own; iptables -P INPUT DROP; ifreload -a; ifdown -a; ' +
    'echo "nameserver 192.0.2.1" > /etc/resolv.conf; echo 1 > /proc/sys/net/ipv4/ip_forward',
  daemons: 'setsid sleep 300 & (nohup sleep 300 >/dev/null 2>&1 &); sleep 0.05',
};

let all: ReadonlySet<string> = new Set();
let near: Readonly<Record<string, unknown>> = {};
let clock = 0;
before(async () => {
  if (skip !== false) return;
  [all, near, clock] = [await rootState(), await hostState(), clockBegan()];
  assert.ok(all.size > 5000, `only ${all.size} entries were seen`);
});

for (const [name, line] of Object.entries(scripts)) {
  test(`a rehearsal leaves the machine as it was: ${name}`, { skip }, async () => {
    await rehearsed(sh(`exec 2>/dev/null; ${line}`), (outcome) => assert.ok(ran(outcome).layers.length > 0));
    assert.deepEqual(await hostState(), near);
    assert.ok(Math.abs(clockBegan() - clock) < 2000, 'somebody set the clock');
  });
}

test('after all of these no entry of the machine came, went or changed', { skip }, async () => {
  assert.deepEqual(differing(all, await rootState()), []);
});

test('what a script did is in the upper layer, and what it asked for on record', { skip }, () =>
  rehearsed(sh('echo x >> /etc/hosts; systemctl restart cron; systemctl frobnicate'), (outcome) => {
    const { layers, records, code } = ran(outcome);
    assert.equal(code, 0);
    const upper = layers.find(({ mount }) => mount === '/')?.upper;
    assert.match(readFileSync(`${upper}/etc/hosts`, 'utf8'), /x\n$/);
    assert.deepEqual(
      records.map(({ seq, program, args, met, known }) => ({ seq, program, args, met, known })),
      [
        { seq: 1, program: 'systemctl', args: ['restart', 'cron'], met: 'recorded', known: true },
        { seq: 2, program: 'systemctl', args: ['frobnicate'], met: 'recorded', known: false },
      ],
    );
  }),
);

test(
  'a script may have as many files open as in a login shell, whatever a worker of Node may',
  { skip },
  () =>
    rehearsed(sh('ulimit -Sn; ulimit -Hn'), (outcome) => {
      const [soft, hard] = ran(outcome).stdout.head.toString().trim().split('\n').map(Number);
      assert.equal(soft, 1024);
      assert.ok((hard ?? 0) >= 1024);
    }),
);
