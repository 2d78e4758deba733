/** Where pmxcfs is mounted on every node. */
export const PMXCFS = '/etc/pve';
