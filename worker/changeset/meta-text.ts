import type { Meta } from './change.ts';
import { shownPath } from './shown-text.ts';

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** An entry on one line: type, mode, owner, size and the first `digits` of its sha256 (0 = none of it), names of its attributes. */
export const metaText = (meta: Meta, digits: number): string => {
  const owner = `${meta.uid}:${meta.gid}`;
  if (meta.type === 'symlink') return `symlink to ${shownPath(meta.target)}, ${owner}`;
  const sha256 = meta.type === 'file' && digits > 0 ? `, sha256 ${meta.sha256.slice(0, digits)}` : '';
  const size = meta.type === 'file' ? `, ${meta.size} bytes${sha256}` : '';
  const device = 'rdev' in meta ? `, device ${meta.rdev}` : '';
  const xattrs = Object.keys(meta.xattrs).sort();
  return `${meta.type} ${octal(meta.mode)} ${owner}${size}${device}${xattrs.length > 0 ? `, ${xattrs.join(' ')}` : ''}`;
};
