import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './shell/run.ts';

/** Where the catalogue of a demo's node lies: beside its root, which scripts can write to. */
export const demoCatalogue = (root: string): string => `${root}.scripts.yaml`;

/** What /etc/hosts resolves a node reaches others by, so this is a change of the network: critical, two people. */
const NAME_THE_NAS = `#!/bin/sh
# Gives the new file server its name on this node, and says so to whoever logs in.
set -e
echo '192.0.2.9 nas.home nas' >> /etc/hosts
echo 'The file server is nas.home.' > /etc/motd
`;

/** Everything that a program is loaded from: itself, its libraries and their loader. None where ldd knows nothing of it. */
const partsOf = async (program: string): Promise<readonly string[]> => {
  const said = await run('ldd', [program]);
  return said.ok ? [program, ...[...said.value.matchAll(/\/\S+/g)].map(([path]) => path)] : [];
};

/** Copies a program of this machine into a root, with all that it is loaded from. */
export const layProgram = async (root: string, program: string): Promise<void> => {
  for (const path of await partsOf(program)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    cpSync(realpathSync(path), join(root, path));
  }
};

/** A shell, and where a sandbox mounts what it makes: enough of a system to rehearse in. */
const layShell = async (root: string): Promise<void> => {
  for (const folder of ['dev', 'proc', 'run', 'sys', 'tmp', 'bin'])
    mkdirSync(join(root, folder), { recursive: true });
  await layProgram(root, '/bin/sh');
};

/** A node's catalogue with one script, beside a root in which that script can be rehearsed. */
export const layDemoScripts = async (root: string): Promise<void> => {
  await layShell(root);
  writeFileSync(join(root, 'etc/hosts'), '127.0.0.1 localhost\n192.0.2.11 pve1.home pve1\n');
  const path = `${root}.name-the-nas.sh`;
  writeFileSync(path, NAME_THE_NAS, { mode: 0o700 });
  const sha256 = createHash('sha256').update(NAME_THE_NAS).digest('hex');
  writeFileSync(
    demoCatalogue(root),
    `version: 1
scripts:
  name-the-nas:
    title: Name the file server
    path: ${path}
    sha256: ${sha256}
`,
    { mode: 0o600 },
  );
};
