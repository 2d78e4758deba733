import assert from 'node:assert/strict';
import { test } from 'node:test';
import { saidComplaints, syntaxComplaints } from '#worker/network/interfaces-syntax';
import { GOOD } from './good.ts';

const at = (from: string, to: string) => syntaxComplaints(GOOD.replace(from, to));

test('a sound file has nothing to complain about', () => {
  assert.deepEqual(syntaxComplaints(GOOD), []);
  assert.deepEqual(
    syntaxComplaints('source /etc/network/interfaces.d/*\n\n# a note\nauto lo \\\n  eth0\n'),
    [],
  );
  assert.deepEqual(syntaxComplaints('iface a inet6 static\naddress 2001:db8::1/64\ngateway fe80::1\n'), []);
});

const PLANTED: readonly (readonly [from: string, to: string, line: number, what: RegExp])[] = [
  ['auto lo', 'atuo lo', 1, /^atuo: no word/],
  ['iface vmbr0', 'face vmbr0', 8, /^face: no word/],
  ['iface nic1 inet manual', 'iface', 5, /^iface without a name/],
  ['address 192.0.2.10/24', 'address 192.0.2.l0/24', 9, /^address 192\.0\.2\.l0\/24: it must be an address/],
  ['gateway 192.0.2.1', 'gateway 192.0.2.1/24', 10, /without \//],
  ['bridge-ports nic1', 'bridge-ports', 11, /^bridge-ports without a value/],
  ['bridge-stp off', 'bridge-stp never', 12, /on or off/],
  ['bridge-fd 0', 'mtu 15OO', 13, /68 to 65535/],
  ['iface nic1', 'iface a-name-of-sixteen', 5, /more than 15/],
];

for (const [from, to, line, what] of PLANTED)
  test(`"${to}" is complained about with its line`, () => {
    const [first] = at(from, to);
    assert.equal(first?.line, line);
    assert.match(first?.what ?? '', what);
  });

test('what ifupdown2 says keeps its line and loses its notes about programs', () => {
  const said = [
    'error: /etc/network/interfaces: line7: iface bond0 bad',
    "warning: vmbr0: invalid mtu abc: invalid literal for int() with base 10: 'abc'",
    'warning: /sbin/brctl: missing - bridge operation may not work as expected.',
    '',
  ].join('\n');
  assert.deepEqual(
    saidComplaints(said).map(({ line }) => line),
    [7, null],
  );
});
