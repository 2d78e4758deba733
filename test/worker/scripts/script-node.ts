import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { executionOf } from '#db/journal/execution';
import { type ChangeId, PersonId } from '#policies/ids';
import type { Json } from '#policies/json';
import type { Outcome } from '#policies/outcome';
import type { WorkerRefusal } from '#policies/worker-refusal';
import {
  configOf,
  type Node,
  openNode,
  openSite,
  PVE1,
  plannedOf,
  type Site,
  ticketFor,
} from '#test/worker/jobs/site';
import { demoCatalogue, layDemoScripts, layProgram } from '#worker/demo-scripts';

/** As many as the node's own floor wants of a critical plan. */
export const VOTES = ['ada', 'ivan'].map((name) => ({
  person: PersonId.parse(name),
  role: 'admin' as const,
  at: 1,
}));

/** Enables a unit by its link, since no systemctl of this root could. */
export const ENABLE =
  'umask 022; d=/etc/systemd/system/multi-user.target.wants; cd /; mkdir -p $d; ln -s /usr/lib/systemd/system/web.service $d/web.service\n';

const UNIT = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n';

/** Perl for the stand-ins, programs that they stand in for, units, of which two run, and two settings of a kernel. */
export const layPrograms = async (root: string): Promise<void> => {
  for (const program of ['/usr/bin/perl', '/bin/mkdir', '/bin/ln', '/bin/rm'])
    await layProgram(root, program);
  for (const path of globSync('/usr/lib/*/perl-base/strict.pm')) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    cpSync(path, join(root, path));
  }
  for (const path of ['usr/sbin/sysctl', 'usr/bin/whiptail']) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), '', { mode: 0o755 });
  }
  cpSync(join(import.meta.dirname, '../../fake/host/bin/systemctl'), join(root, 'usr/bin/systemctl'));
  chmodSync(join(root, 'usr/bin/systemctl'), 0o755);
  for (const folder of [
    'run/fake/active',
    'usr/lib/systemd/system',
    'etc/systemd/system',
    'proc/sys/vm',
    'proc/sys/kernel',
  ])
    mkdirSync(join(root, folder), { recursive: true });
  for (const unit of ['web', 'idle', 'busy', 'own'])
    writeFileSync(join(root, `usr/lib/systemd/system/${unit}.service`), UNIT);
  for (const unit of ['busy', 'own']) writeFileSync(join(root, `run/fake/active/${unit}.service`), '');
  writeFileSync(join(root, 'proc/sys/vm/swappiness'), '60\n');
  writeFileSync(join(root, 'proc/sys/kernel/panic'), '0\n');
};

/** A node with a catalogue of scripts, and what is done with them there. */
export const scriptNode = async () => {
  const site: Site = await openSite();
  await layDemoScripts(site.root);
  const config = () => configOf({ ...site, url: site.simulator.url, ca: site.simulator.ca });
  let node: Node = await openNode(config());
  let messages = 0;
  const here = (path: string): string => join(site.root, path);
  const text = (path: string): string => readFileSync(here(path), 'utf8');
  const send = (job: Parameters<Node['send']>[1]): Promise<void> => {
    messages += 1;
    return node.send(`message-${messages}`, job);
  };

  /** Enters a script in the catalogue in the place of the demo's. */
  const enter = (script: string): void => {
    const path = here('../own.sh');
    writeFileSync(path, script, { mode: 0o700 });
    const sha256 = createHash('sha256').update(script).digest('hex');
    writeFileSync(
      demoCatalogue(site.root),
      `version: 1\nscripts:\n  own: { title: Own, path: ${path}, sha256: ${sha256}, args: [one, "two words"] }\n`,
    );
  };
  const plan = (change: ChangeId, params: { [name: string]: Json } = { script: 'own' }): Promise<void> =>
    send({ job: 'plan', change, action: 'host.script', target: PVE1, params });
  const planUndo = (change: ChangeId, of: ChangeId): Promise<void> =>
    send({ job: 'plan', change, action: 'change.undo', target: PVE1, params: { of, no: 1 } });
  const run = (change: ChangeId): Promise<void> =>
    send({
      job: 'run',
      change,
      ticket: ticketFor(node.reports, change, site.privateKey, { votes: VOTES }),
    });
  const refusal = (): WorkerRefusal => {
    const last = node.reports.findLast(({ report }) => report === 'refused' || report === 'planned');
    return last?.report === 'refused' ? last.refusal : assert.fail(JSON.stringify(last));
  };
  const outcome = (change: ChangeId): Outcome | undefined =>
    executionOf(node.worker.journal, change)?.outcome ?? undefined;
  const setOf = (change: ChangeId) => {
    const [effect] = plannedOf(node.reports, change).plan.effects;
    return effect?.kind === 'changeset' ? effect : assert.fail(JSON.stringify(effect));
  };

  return {
    site,
    get node() {
      return node;
    },
    /** A worker begins here, as after the end of the last one. */
    begin: async (more: Partial<ReturnType<typeof config>> = {}): Promise<void> => {
      node = await openNode({ ...config(), ...more });
    },
    here,
    text,
    send,
    enter,
    plan,
    planUndo,
    run,
    refusal,
    outcome,
    setOf,
    close: async (): Promise<void> => {
      await node.stop();
      await site.close();
    },
  };
};

/** An open one. */
export type ScriptNode = Awaited<ReturnType<typeof scriptNode>>;
