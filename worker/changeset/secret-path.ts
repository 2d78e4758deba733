import type { BytePath } from './change.ts';

/** Files whose content is nobody's to read in a chat or a stored diff; that they changed is always shown. */
const SECRET: readonly RegExp[] = [
  /^\/etc\/g?shadow-?$/,
  /^\/etc\/pve\/(.*\/)?priv\//,
  /^\/etc\/pve\/(authkey|local\/pve-ssl|nodes\/[^/]+\/pve-ssl)\.(key|pem)$/,
  /^\/var\/lib\/pve-cluster\//,
  /^\/etc\/ssl\/private\//,
  /^\/etc\/corosync\/authkey$/,
  /^\/root\/\.gnupg\//,
  /^\/etc\/ssh\/ssh_host_[^/]*_key$/,
  /\/\.ssh\/id_[^/.]+$/,
  /^\/etc\/(wireguard|ppp\/[^/]*-secrets|apt\/auth\.conf)/,
  /\.(key|pem|p12|pfx|kdbx|keytab)$/i,
  /(^|\/)\.(netrc|pgpass|env|my\.cnf|smbcredentials)$/,
];

/** True for a file whose content is not shown. */
export const isSecret = (path: BytePath): boolean => SECRET.some((pattern) => pattern.test(path));
