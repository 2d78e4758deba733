import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { STATE } from '#worker/network/network-host';
import { type Rehearsal, rehearse } from '#worker/network/rehearse';
import { GOOD } from './good.ts';
import { filesOf, openNode, skip, type TestNode } from './rig.ts';

const node: TestNode | undefined = skip === false ? await openNode() : undefined;
after(() => node?.close());

const rehearsed = async (text: string): Promise<Rehearsal> => {
  if (!node) throw new Error('no node');
  const ended = await rehearse(node.host, { before: filesOf(GOOD), after: filesOf(text) });
  if (!ended.ok) throw new Error(ended.error);
  return ended.value;
};

test('a rehearsal shows what a change does, proves the way back and leaves the node as it is', {
  skip,
}, async () => {
  if (!node) return;
  const look = 'ip -br link; ip -br addr; ip route; ls -lR /etc /run; cat /etc/network/interfaces';
  const before = await node.sh(look);
  const text = GOOD.replace('192.0.2.10', '192.0.2.11')
    .replace('inet manual', 'inet manual\n\tmtu 1400')
    .concat(
      '\tpost-up touch /etc/from-post-up; cat /proc/sys/kernel/panic > /proc/sys/kernel/panic || touch /etc/network/refused\n',
    );
  const { diff, gateway, inForce, complaints, restores } = await rehearsed(text);
  assert.deepEqual(
    diff.filter(({ key }) => key !== 'route 192.0.2.0/24'),
    [
      { key: 'device nic1', before: 'up, mtu 1500, in vmbr0', after: 'up, mtu 1400, in vmbr0' },
      { key: 'device vmbr0', before: 'up, mtu 1500, 192.0.2.10/24', after: 'up, mtu 1500, 192.0.2.11/24' },
    ],
  );
  assert.deepEqual(gateway, { peer: '192.0.2.1', device: 'vmbr0' });
  assert.deepEqual({ inForce, complaints, restores }, { inForce: true, complaints: [], restores: true });
  assert.equal(await node.sh(look), before);
  assert.match(await node.sh('ls /etc/from-post-up'), /exit 2/);
  assert.match(await node.sh('ls /etc/network/refused'), /exit 2/);
  assert.deepEqual(readdirSync(join(node.root, STATE)), []);
});

test('a rehearsal sees that a bridge loses its port and that an mtu does not hold', { skip }, async () => {
  const portless = await rehearsed(GOOD.replace('bridge-ports nic1', 'bridge-ports none'));
  assert.deepEqual(
    portless.diff.find(({ key }) => key === 'device nic1'),
    { key: 'device nic1', before: 'up, mtu 1500, in vmbr0', after: 'up, mtu 1500' },
  );
  assert.equal(portless.restores, true);
  const text = GOOD.replace('inet manual', 'inet manual\n\tmtu abc');
  const { complaints } = await rehearsed(text);
  assert.match(complaints[0]?.what ?? '', /nic1.*abc|abc/);
});
