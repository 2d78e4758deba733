import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Result } from '#policies/result';
import {
  type ClusterNode,
  noClusterNode,
  noOwnPmxcfs,
  openClusterNode,
  ownClusterNode,
} from '#test/fake/pmxcfs/cluster-node';
import { treeState } from '#test/worker/changeset/tree-state';
import { marked, rootedBelow } from '#test/worker/sandbox/rig';
import { apply } from '#worker/changeset/apply';
import { undo } from '#worker/changeset/undo';
import { knownRefused } from '#worker/sandbox/known-mounts';
import type { Limits } from '#worker/sandbox/limits/limits';
import { placesIn, workshop } from '#worker/scripts/places';
import { type NoScriptPlan, planScript, type ScriptPlan } from '#worker/scripts/plan-script';
import { shortOf } from '#worker/scripts/short-of';

const KINDS = [
  { of: 'one that is stood in for', missing: noClusterNode(), open: openClusterNode },
  { of: "the machine's own", missing: noOwnPmxcfs(), open: ownClusterNode },
];

const FILES = {
  'storage.cfg': 'dir: local\n\tpath /var/lib/vz\n\tcontent iso\n\n',
  'user.cfg': 'user:root@pam:1:0:::::\n',
  'priv/token.cfg': 'root@pam!ci 0123-secret\n',
  'priv/shadow.cfg': 'anna@pve:$5$secret:\n',
  'nodes/pve1/pve-ssl.key': '-----BEGIN secret\n',
};

for (const { of, missing, open } of KINDS)
  describe(`Over a pmxcfs, ${of},`, { skip: missing }, () => {
    let node: ClusterNode;
    const at = (path: string): string => join(node.root, 'etc/pve', path);
    const text = (path: string): string => readFileSync(at(path), 'utf8');
    /** Without what pmxcfs makes up, such as the number of changes that it has seen. */
    const state = (): unknown =>
      Object.entries(treeState(join(node.root, 'etc/pve'))).filter(([path]) => !path.startsWith('/.'));
    const places = (): ReturnType<typeof placesIn> => placesIn(node.state, node.root);
    before(async () => {
      node = await open();
    });
    after(() => node.close());
    beforeEach(() => {
      for (const folder of ['priv/lock', 'nodes/pve1']) mkdirSync(at(folder), { recursive: true });
      for (const path of ['firewall', 'priv/storage']) rmSync(at(path), { recursive: true, force: true });
      for (const [path, content] of Object.entries(FILES)) writeFileSync(at(path), content);
    });

    const plan = async (
      script: string,
      limits: Partial<Limits> = {},
    ): Promise<Result<ScriptPlan, NoScriptPlan>> => {
      const refusedMounts = await knownRefused(node.root, places().rehearsals);
      const env = { QUORATE_MARK: node.state };
      const options = { root: node.root, store: places().rehearsals, refusedMounts, limits };
      const planned = await planScript({ argv: ['sh', '-c', script], env }, options, places().store);
      assert.deepEqual(marked(node.state), [], 'no process is left');
      return planned;
    };
    const made = async (script: string): Promise<ScriptPlan> => {
      const planned = await plan(script);
      assert.ok(planned.ok, JSON.stringify(planned));
      return planned.value;
    };
    const paths = ({ sealed }: ScriptPlan): readonly string[] => sealed.changes.map(({ path }) => path);

    it('a script finds the configuration of the cluster and changes a copy of it: the plan is what it would have done', async () => {
      const before = state();
      const planned = await made(
        'cd /etc/pve; sed -i s/iso/iso,backup/ storage.cfg; mkdir firewall; echo "[OPTIONS]" >firewall/cluster.fw; cat storage.cfg; exit 3',
      );
      assert.deepEqual(state(), before);
      assert.equal(planned.code, 3);
      assert.match(planned.seen.stdout.head.toString(), /content iso,backup/);
      assert.deepEqual(paths(planned), [
        '/etc/pve/firewall',
        '/etc/pve/firewall/cluster.fw',
        '/etc/pve/storage.cfg',
      ]);
      assert.match(planned.explained.entries.at(-1)?.diff ?? '', /^-\tcontent iso\n\+\tcontent iso,backup$/m);
    });

    it('what was planned is what is done, and taken back it is what was there', async () => {
      const before = state();
      const planned = await made(
        'cd /etc/pve; echo "# a" >>storage.cfg; mkdir firewall; echo x >firewall/cluster.fw; rm user.cfg; mv nodes/pve1/pve-ssl.key firewall/x 2>&1; mv firewall/x nodes/pve1/pve-ssl.key',
      );
      const shop = workshop(places(), node.root, planned.mounts);
      assert.deepEqual(apply(shop, planned.sealed, 'tx'), { ok: true, value: true });
      assert.equal(text('storage.cfg'), `${FILES['storage.cfg']}# a\n`);
      assert.equal(text('firewall/cluster.fw'), 'x\n');
      assert.equal(existsSync(at('user.cfg')), false);
      assert.equal(text('nodes/pve1/pve-ssl.key'), FILES['nodes/pve1/pve-ssl.key']);
      assert.deepEqual(undo(shop, 'tx'), { ok: true, value: { left: [] } });
      assert.deepEqual(state(), before);
    });

    it('a file that somebody changed since is not overwritten, and nothing else is written', async () => {
      const planned = await made('cd /etc/pve; echo "# a" >>storage.cfg; echo "# b" >>user.cfg');
      writeFileSync(at('user.cfg'), 'somebody else\n');
      const done = apply(workshop(places(), node.root, planned.mounts), planned.sealed, 'drifted');
      assert.deepEqual(done, { ok: false, error: { problem: 'drift', path: '/etc/pve/user.cfg', left: [] } });
      assert.equal(text('storage.cfg'), FILES['storage.cfg']);
    });

    it('an edit that somebody makes in the very moment is not lost, neither when it is done nor when it is taken back', async () => {
      const planned = await made('cd /etc/pve; echo "# a" >>storage.cfg; echo "# b" >>user.cfg');
      const shop = workshop(places(), node.root, planned.mounts);
      let drafts = 0;
      const edited = {
        ...shop,
        step: (point: string) => {
          if (point === 'draft' && ++drafts === 2) writeFileSync(at('user.cfg'), 'somebody else\n');
        },
      };
      const drift = { problem: 'drift', path: '/etc/pve/user.cfg', left: ['/etc/pve/user.cfg'] };
      assert.deepEqual(apply(edited, planned.sealed, 'moment'), { ok: false, error: drift });
      assert.deepEqual([text('storage.cfg'), text('user.cfg')], [FILES['storage.cfg'], 'somebody else\n']);

      writeFileSync(at('user.cfg'), FILES['user.cfg']);
      assert.deepEqual(apply(shop, planned.sealed, 'again'), { ok: true, value: true });
      drafts = 1;
      assert.deepEqual(undo(edited, 'again'), { ok: true, value: { left: ['/etc/pve/user.cfg'] } });
      assert.deepEqual([text('storage.cfg'), text('user.cfg')], [FILES['storage.cfg'], 'somebody else\n']);
    });

    it('keys, tokens and hashes of passwords look empty, and are named', async () => {
      const planned = await made(
        'cd /etc/pve; cat priv/token.cfg priv/shadow.cfg nodes/pve1/pve-ssl.key; ls priv',
      );
      assert.doesNotMatch(planned.seen.stdout.head.toString(), /secret/);
      assert.match(planned.seen.stdout.head.toString(), /^shadow.cfg$/m);
      for (const path of ['priv/token.cfg', 'priv/shadow.cfg', 'nodes/pve1/pve-ssl.key'])
        assert.ok(planned.seen.hidden.files.includes(`/etc/pve/${path}`), path);
    });

    it('key material that a script writes to without having seen it is left out and named; what it removes or adds is not', async () => {
      const planned = await made(
        'cd /etc/pve/priv; echo "new token" >>token.cfg; rm shadow.cfg; mkdir storage; echo pw >storage/nas.pw',
      );
      assert.deepEqual(paths(planned), [
        '/etc/pve/priv/shadow.cfg',
        '/etc/pve/priv/storage',
        '/etc/pve/priv/storage/nas.pw',
      ]);
      assert.deepEqual(shortOf(planned, []), [
        { of: 'left-out', what: ['/etc/pve/priv/token.cfg'] },
        { of: 'unseen', what: ['/etc/pve/priv/shadow.cfg', '/etc/pve/priv/storage/nas.pw'] },
      ]);
      const shop = workshop(places(), node.root, planned.mounts);
      assert.deepEqual(apply(shop, planned.sealed, 'keys'), { ok: true, value: true });
      assert.equal(text('priv/storage/nas.pw'), 'pw\n');
      assert.deepEqual(undo(shop, 'keys'), { ok: true, value: { left: [] } });
      assert.equal(text('priv/shadow.cfg'), FILES['priv/shadow.cfg']);
    });

    it('a key that is moved is neither lost nor emptied: both places are left out', async () => {
      const planned = await made('cd /etc/pve; mv priv/token.cfg tokens; cp priv/shadow.cfg priv/copy');
      assert.deepEqual(planned.withheld, ['/etc/pve/priv/token.cfg', '/etc/pve/tokens']);
      assert.deepEqual(paths(planned), ['/etc/pve/priv/copy']);
    });

    it('the script is told what pmxcfs refuses, as it would be on the host', async () => {
      const planned = await made(
        'cd /etc/pve; for each in "chmod 600 user.cfg" "chmod 755 nodes" "chown 1 user.cfg" "ln -s a b" "ln user.cfg b" "setfattr -n user.a -v 1 user.cfg" "truncate -s 1048577 big"; do $each 2>/dev/null && echo "$each"; done; rm -f big; chmod 640 user.cfg',
      );
      assert.equal(planned.seen.stdout.head.toString(), '');
      assert.equal(planned.code, 0);
      assert.deepEqual(paths(planned), []);
    });

    it('what was written in the last moment is in the plan, to the last byte', async () => {
      const planned = await made(
        'cd /etc/pve; mkdir firewall; for n in $(seq 40); do echo $n >firewall/$n.fw; done; head -c 1000000 /dev/zero >firewall/large',
      );
      assert.equal(planned.sealed.changes.length, 42);
      const large = planned.sealed.changes.find(({ path }) => path.endsWith('large'))?.after;
      assert.equal(large?.type === 'file' && large.size, 1_000_000);
    });

    it('a script that does not end is stopped, and its pmxcfs with it', async () => {
      const before = state();
      const planned = await plan('echo x >/etc/pve/user.cfg; sleep 60', { time: 2000 });
      assert.deepEqual(planned, { ok: false, error: { plan: 'stopped', by: 'time' } });
      assert.deepEqual(state(), before);
      assert.deepEqual(rootedBelow(places().rehearsals), [], 'no pmxcfs is left');
    });

    it('a lock that a tool holds is no change', async () => {
      assert.deepEqual(paths(await made('mkdir /etc/pve/priv/lock/file-user_cfg')), []);
    });

    it("Proxmox's own tools do in the copy what they do on a host, and what needs more than files is left out", async () => {
      const before = state();
      const planned = await made(
        'pveum group add ops && pvesm add dir big --path /mnt/big && pvesm add nfs far --server 192.0.2.1 --export /x; pveum ticket x',
      );
      assert.deepEqual(state(), before);
      assert.deepEqual(
        planned.seen.records.map(({ program, args, met }) => [program, args[0], met]),
        [
          ['pveum', 'group', 'inside'],
          ['pvesm', 'add', 'inside'],
          ['pvesm', 'add', 'recorded'],
          ['pveum', 'ticket', 'recorded'],
        ],
      );
      const shown = planned.explained.entries.map(({ diff }) => diff).join('\n');
      assert.match(shown, /^\+group:ops:::$/m);
      assert.match(shown, /^\+dir: big$/m);
      assert.ok(paths(planned).includes('/mnt/big'));
      assert.equal(existsSync(join(node.root, 'mnt/big')), false);
    });
  });
