import type { Permissions } from './schemas.ts';

const parents = (path: string): string[] => {
  const parts = path.split('/').slice(1);
  return parts.map((_, at) => `/${parts.slice(0, parts.length - 1 - at).join('/')}`);
};

/**
 * Whether a token holds a privilege on a path. A listed path has the last word, by the key: 0 means granted but not
 * propagating. A path that is not listed inherits from its nearest listed parent, and only what propagates.
 */
export const holds = (permissions: Permissions, path: string, privilege: string): boolean => {
  const here = permissions[path];
  if (here !== undefined) return privilege in here;
  const above = parents(path).find((parent) => permissions[parent] !== undefined);
  return above !== undefined && permissions[above]?.[privilege] === 1;
};
