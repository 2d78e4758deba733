import { readFileSync } from 'node:fs';

/** The unit in the text of /proc/PID/cgroup, null where there is none: cgroups(7), and systemd's `-.slice/NAME.service`. */
export const unitIn = (cgroups: string): string | null => {
  const line = cgroups.split('\n').find((one) => /^(0:|\d+:name=systemd):/.test(one)) ?? '';
  return /\/([^/]+\.(?:service|scope))(?:\/[^/]+)*$/.exec(line)?.[1] ?? null;
};

/** The unit that this process runs in: whatever stops or restarts it ends this process in the middle of that. */
export const ownUnit = (): string | null => unitIn(readFileSync('/proc/self/cgroup', 'latin1'));
