import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Basis } from '#policies/plan';
import { problemText } from '../changeset/problem.ts';
import { readFileState } from '../changeset/read-file.ts';
import { INTERFACES, type NetworkHost, PENDING } from './network-host.ts';

const PREFIX = 'network ';

/** Folders whose files the network is made of as well: sourced stanzas, and what SDN has in force and pending (PVE::Network::SDN). */
const FOLDERS = ['/etc/network/interfaces.d', '/etc/pve/sdn'];

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
};

const fileText = (root: string, path: string): string => {
  const state = readFileState(root, path);
  if (!state.ok) return problemText(state.error);
  return state.value
    ? `${state.value.sha256} ${state.value.mode} ${state.value.uid}:${state.value.gid}`
    : 'absent';
};

const folderText = (root: string, folder: string): string => {
  const rows = namesIn(join(root, folder)).map((name) => `${name} ${fileText(root, `${folder}/${name}`)}\n`);
  return createHash('sha256').update(rows.join('')).digest('hex');
};

/** What a network plan relies on: both files, the sourced ones, and SDN with what is pending of it. */
export const networkBasis = ({ root }: Pick<NetworkHost, 'root'>): readonly Basis[] => [
  ...[INTERFACES, PENDING].map((path) => ({ of: PREFIX + path, value: fileText(root, path) })),
  ...FOLDERS.map((folder) => ({ of: PREFIX + folder, value: folderText(root, folder) })),
];

/** Is this part of a basis about the network's files? */
export const isNetworkBasis = ({ of }: Basis): boolean => of.startsWith(PREFIX);
