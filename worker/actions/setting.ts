/** Values that no plan may show: the PVE `digest` in the basis still covers them. */
const SECRET = /^(cipassword|sshkeys|args|cicustom|hookscript)$|password|secret/;

/** A setting's value as people may read it. */
export const shown = (key: string, value: string | null): string | null =>
  value !== null && SECRET.test(key) ? '•••' : value;

/** Tags as Proxmox stores them: once each, sorted, joined with ";" (seen on PVE 8.4). */
export const storedTags = (tags: string): string =>
  [...new Set(tags.split(/[;, ]+/).filter((tag) => tag !== ''))].sort().join(';');

/** Defaults of Proxmox for settings that may be absent: qm.conf(5), pct.conf(5). */
const DEFAULTS: Readonly<Record<string, string>> = {
  onboot: '0',
  tags: '',
  description: '',
};

/** What is in force for a value: an absent `onboot` is the same as 0. */
export const inForce = (key: string, value: string | null): string | null => value ?? DEFAULTS[key] ?? null;

/**
 * A value from the API as the text to compare: tags as stored, a description without the newline that containers
 * bring back, memory without `current=`.
 */
export const normal = (key: string, value: string): string => {
  if (key === 'tags') return storedTags(value);
  if (key === 'description') return value.replace(/\n$/, '');
  return key === 'memory' ? value.replace(/^current=/, '') : value;
};
