import { type AccessEntry, entryName } from '#policies/access-effect';

const commented = (comment: string): string => (comment === '' ? '' : `: ${comment}`);

const saidOf = (entry: AccessEntry): string => {
  switch (entry.of) {
    case 'role':
      return `: ${entry.privileges.join(', ')}`;
    case 'group':
      return commented(entry.comment);
    case 'user':
      return ` ${['in', ...entry.groups].join(' ')}${commented(entry.comment)}`;
    case 'acl':
      return entry.propagate ? ' (propagates)' : '';
  }
};

/** An entry of Proxmox's access control whole, in its own words, which read the same in every language. */
export const accessText = (entry: AccessEntry): string => `${entryName(entry)}${saidOf(entry)}`;
