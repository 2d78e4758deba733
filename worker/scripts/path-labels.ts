import type { ScriptLabel } from '#policies/script-label';

/** What makes itself permission to come back. */
const ACCESS =
  /^(\/etc\/(passwd|group|shadow|sudoers|sudoers\.d|pam\.d|ssh)\b|\/etc\/pve\/(user\.cfg|priv)|.*\/\.ssh\/authorized_keys)/;
const SCHEDULE = /^(\/etc\/cron|\/var\/spool\/cron|\/etc\/rc\.local|\/etc\/systemd\/system\/[^/]+\.timer)/;
const NETWORK = /^(\/etc\/network\/|\/etc\/resolv\.conf|\/etc\/hosts$|\/etc\/pve\/(corosync|sdn))/;
const APT = /^\/etc\/apt\/(sources\.list|trusted\.gpg|keyrings|preferences)/;

/** What it means to write a file, by its path. */
export const WRITTEN: readonly { readonly label: ScriptLabel; readonly path: RegExp }[] = [
  { label: 'access', path: ACCESS },
  { label: 'schedule', path: SCHEDULE },
  { label: 'network', path: NETWORK },
  { label: 'apt-trust', path: APT },
];

/** What only a rehearsal sees change: a text names these too rarely to be read off it. */
const SEEN: typeof WRITTEN = [
  ...WRITTEN,
  { label: 'cluster', path: /^\/etc\/(pve|corosync)\// },
  {
    label: 'kernel',
    path: /^\/(boot\/|etc\/(default\/grub|kernel\/|modprobe\.d\/|modules|initramfs-tools\/))/,
  },
  { label: 'kernel', path: /^\/etc\/sysctl\.(conf$|d\/)/ },
  { label: 'firewall', path: /^\/etc\/(nftables|iptables)/ },
  { label: 'units', path: /^\/(etc|lib|usr\/lib)\/systemd\// },
  { label: 'packages', path: /^\/var\/lib\/dpkg\/status$/ },
];

/** What a change of these paths comes to. */
export const pathLabels = (paths: readonly string[]): readonly ScriptLabel[] =>
  SEEN.filter(({ path }) => paths.some((one) => path.test(one))).map(({ label }) => label);
