import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { no, ok, type Result } from '#policies/result';
import { problemText } from '../changeset/problem.ts';
import { fileState, readFileState, sameState } from '../changeset/read-file.ts';
import { replaceFile } from '../changeset/replace-file.ts';
import type { NetworkHost } from './network-host.ts';

/** sd_booted(3). */
const BOOTED = '/run/systemd/system';

/** The unit's name, and where an admin's own units are (systemd.unit(5)). */
export const BOOT_UNIT = 'quorate-network-restore.service';
const AT = `/etc/systemd/system/${BOOT_UNIT}`;

/** True where systemd is what runs the host. */
export const isOnSystemd = ({ root }: NetworkHost): boolean => existsSync(join(root, BOOTED));

const putUnit = ({ root }: NetworkHost): string | null => {
  const text = readFileSync(join(import.meta.dirname, BOOT_UNIT), 'utf8');
  const to = fileState(text, { mode: 0o644, uid: 0, gid: 0 });
  const from = readFileState(root, AT);
  if (!from.ok) return problemText(from.error);
  if (sameState(from.value, to)) return null;
  const put = replaceFile(root, AT, { from: from.value, to });
  return put.ok ? null : problemText(put.error);
};

/**
 * Sees to it that a change which nobody kept is taken back at the next boot: a transient timer dies with a reboot. The unit
 * does nothing where nothing is armed, so it stays. Where systemd does not run there is none.
 */
export const installBootUnit = async (host: NetworkHost): Promise<Result<true, string>> => {
  if (!isOnSystemd(host)) return ok(true);
  const unwritten = putUnit(host);
  if (unwritten !== null) return no(unwritten);
  const enabled = await host.run('systemctl', ['enable', BOOT_UNIT]);
  return enabled.ok ? ok(true) : no(`systemctl enable: ${enabled.error.failure} ${enabled.error.stderr}`);
};
