import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package made on the spot: nothing but a program, a configuration file and what its name calls for. */
export type LocalPackage = {
  readonly name: string;
  readonly version?: string;
  readonly depends?: string;
  readonly conflicts?: string;
};

/** Newer than any real one: libc6 breaks old versions of some packages by name. */
const VERSION = '9:99.0-1';

const control = ({ name, version = VERSION, depends, conflicts }: LocalPackage): string =>
  [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: Tests <tests@example.org>',
    ...(depends === undefined ? [] : [`Depends: ${depends}`]),
    ...(conflicts === undefined ? [] : [`Conflicts: ${conflicts}`]),
    'Description: a package of the tests',
    '',
  ].join('\n');

/** Keeps state as real packages do, and gives it up when it is purged. */
const scripts = (name: string) => ({
  postinst: `#!/bin/sh\nset -e\nmkdir -p /var/lib/${name}\necho made >/var/lib/${name}/state\n`,
  postrm: `#!/bin/sh\nset -e\n[ "$1" != purge ] || rm -rf /var/lib/${name}\n`,
});

const write = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text, { mode });
};

/** Builds one .deb below `folder` and gives its stanza for the index. */
const build = (folder: string, one: LocalPackage): string => {
  const { name } = one;
  const tree = join(folder, `tree-${name}`);
  write(join(tree, 'DEBIAN/control'), control(one));
  write(join(tree, 'DEBIAN/conffiles'), `/etc/${name}/${name}.conf\n`);
  for (const [script, text] of Object.entries(scripts(name)))
    write(join(tree, 'DEBIAN', script), text, 0o755);
  write(join(tree, `etc/${name}/${name}.conf`), `# ${name}\n`);
  write(join(tree, `usr/share/${name}/data`), `${name}\n`);
  const file = `${name}.deb`;
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, join(folder, file)], {
    stdio: 'ignore',
  });
  execFileSync('rm', ['-rf', tree]);
  const bytes = readFileSync(join(folder, file));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { size } = statSync(join(folder, file));
  return `${control(one)}Filename: ./${file}\nSize: ${size}\nSHA256: ${sha256}\n`;
};

/** A repository of packages below a root, at /srv/packages, and that alone in its sources. */
export const layPackages = (root: string, packages: readonly LocalPackage[]): void => {
  const folder = join(root, 'srv/packages');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'Packages'), packages.map((one) => build(folder, one)).join('\n'));
  // copy: and not file:, so that apt fetches into its archives as it does from a mirror.
  // The disk's syncs are most of the time that dpkg takes, and these roots do not outlive the test.
  writeFileSync(join(root, 'etc/dpkg/dpkg.cfg.d/test'), 'force-unsafe-io\n');
  writeFileSync(join(root, 'etc/apt/sources.list'), 'deb [trusted=yes] copy:/srv/packages ./\n');
  // That source alone: to look up the names of others, which nothing here reaches, takes 7 s each time.
  const only = ['-o', 'Dir::Etc::SourceParts=-'];
  execFileSync('chroot', [root, 'apt-get', ...only, 'update', '-q'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
};
