import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { type ClusterNode, noClusterNode, openClusterNode } from '#test/fake/pmxcfs/cluster-node';
import { until } from '#test/fake/until';
import { marked, rootedBelow } from '#test/worker/sandbox/rig';
import { rehearse } from '#worker/sandbox/rehearse';
import { sweepStore } from '#worker/sandbox/store';

const CHILD = join(import.meta.dirname, '../sandbox/killed-child.ts');

describe('The pmxcfs of a rehearsal', { skip: noClusterNode() }, () => {
  let node: ClusterNode;
  let store: string;
  before(async () => {
    node = await openClusterNode();
  });
  after(() => node.close());
  beforeEach(() => {
    store = join(node.state, 'rehearsals');
  });

  const refusalWith = async (pmxcfs: string): Promise<unknown> => {
    const program = join(node.root, 'usr/bin/pmxcfs');
    const kept = readFileSync(program);
    writeFileSync(program, `#!/bin/sh\n${pmxcfs}\n`);
    try {
      return await rehearse({ argv: ['true'] }, { root: node.root, store });
    } finally {
      writeFileSync(program, kept);
    }
  };

  it('that does not come up is why nothing is rehearsed, in its own words', async () => {
    assert.deepEqual(await refusalWith('echo "[main] crit: no address for pve1" >&2; exit 1'), {
      outcome: 'refused',
      why: 'not-set-up',
      detail: 'pmxcfs: [main] crit: no address for pve1',
    });
    assert.deepEqual(readdirSync(store), []);
  });

  it('whose worker is killed ends with it, and nothing of it is mounted', async () => {
    const mark = `killed-${process.pid}`;
    const child = spawn(process.execPath, [CHILD, store, mark, node.root], { stdio: 'ignore' });
    const isStarted = (): boolean =>
      readdirSync(store).some((name) => existsSync(join(store, name, 'layers/0/upper/started')));
    await until(new Set(), isStarted, 10_000);
    assert.equal(rootedBelow(store).length, 1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until(new Set(), () => marked(mark).length + rootedBelow(store).length === 0, 10_000);
    assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(store));
    assert.equal(await sweepStore(store), 1);
  });

  it('is not tried where that of the node has crashed: /etc/pve looks empty, and the rest is rehearsed', () => {
    const child = join(import.meta.dirname, 'crashed-child.ts');
    const apart = ['--mount', '--propagation', 'private', process.execPath, child];
    const { stdout, stderr } = spawnSync('unshare', apart, { encoding: 'utf8' });
    assert.equal(stderr, '');
    const { code, cluster, pve, changed } = JSON.parse(stdout);
    assert.deepEqual([code, cluster, changed], [0, null, ['/etc/motd']]);
    assert.deepEqual([pve.how, pve.why], ['hidden', 'it cannot be read (ENOTCONN)']);
  });
});
