import type { Loader } from '#policies/host-effect';
import { readFileState } from '../changeset/read-file.ts';
import { inRoot } from '../shell/in-root.ts';

/** https://pve.proxmox.com/wiki/Host_Bootloader: the partitions that proxmox-boot-tool keeps are named here. */
const UUIDS = '/etc/kernel/proxmox-boot-uuids';

const textOf = (root: string, path: string): string => {
  const state = readFileState(root, path);
  return (state.ok ? state.value?.content : undefined) ?? '';
};

/**
 * What boots a host; null where nobody can say. With proxmox-boot-tool it is systemd-boot or GRUB, each with a file of its own
 * for the command line, and the tool itself says which: `… is configured with: uefi (versions: …)`.
 */
export const loaderOf = async (root: string): Promise<Loader | null> => {
  if (textOf(root, UUIDS).trim() === '') return textOf(root, '/etc/default/grub') === '' ? null : 'grub';
  const said = await inRoot(root, 'proxmox-boot-tool', ['status']);
  if (!said.ok) return null;
  const kinds = new Set([...said.value.matchAll(/is configured with: (\S+)/g)].map(([, kind]) => kind));
  if (kinds.size !== 1) return null;
  if (kinds.has('uefi')) return 'proxmox-boot-uefi';
  return kinds.has('grub') ? 'proxmox-boot-grub' : null;
};

/** The file that holds the command line for it. */
export const CMDLINE_FILE: { readonly [L in Loader]: string } = {
  grub: '/etc/default/grub',
  'proxmox-boot-grub': '/etc/default/grub',
  'proxmox-boot-uefi': '/etc/kernel/cmdline',
};

type Tokens = { readonly add: readonly string[]; readonly remove: readonly string[] };

/** The tokens without some and with others, each once; whole tokens are compared, never parts of them. */
const withTokens = (line: string, { add, remove }: Tokens): string => {
  const tokens = line.split(/\s+/).filter((token) => token !== '');
  const kept = tokens.filter((token) => !remove.includes(token));
  const more = add.filter((token) => !kept.includes(token));
  return kept.length === tokens.length && more.length === 0 ? line : [...kept, ...more].join(' ');
};

/** The last assignment is the one that counts, since the file is read by a shell. */
const GRUB = /^(GRUB_CMDLINE_LINUX_DEFAULT=)(["']?)([^"'\n]*)\2[ \t]*$/gm;

/** The text of the command line's file with these tokens; null where its form is not understood. */
export const cmdlineText = (loader: Loader, text: string, tokens: Tokens): string | null => {
  if (loader === 'proxmox-boot-uefi') {
    const [line = '', ...rest] = text.split('\n');
    return rest.some((more) => more.trim() !== '') ? null : [withTokens(line, tokens), ...rest].join('\n');
  }
  const found = [...text.matchAll(GRUB)].at(-1);
  if (!found || /[$`\\]/.test(found[3] ?? '')) return null;
  const [whole, name, , line = ''] = found;
  const now = withTokens(line, tokens);
  return now === line
    ? text
    : `${text.slice(0, found.index)}${name}"${now}"${text.slice(found.index + whole.length)}`;
};

/** The tokens of a command line's file; none where its form is not understood. */
export const cmdlineTokens = (loader: Loader, text: string): readonly string[] => {
  const line =
    loader === 'proxmox-boot-uefi'
      ? (text.split('\n', 1)[0] ?? '')
      : ([...text.matchAll(GRUB)].at(-1)?.[3] ?? '');
  return line.split(/\s+/).filter((token) => token !== '');
};
