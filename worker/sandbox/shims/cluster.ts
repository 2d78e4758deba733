/** Calls by their words without options: a call is meant that begins with them. */
type Calls = readonly string[];

/**
 * What the tools of Proxmox do in the cluster's configuration alone, and so do for real on a copy of it. Not here is what also
 * needs a device, another host or the storage itself: `pvesm add nfs` mounts it to see whether it can (PVE::API2::Storage::Config).
 */
const CALLS: Readonly<Record<string, Calls>> = {
  pveum: [
    ...['user', 'group', 'role', 'acl', 'pool'].flatMap((of) =>
      ['add', 'modify', 'delete', 'list', 'permissions', 'token', 'tfa'].map((verb) => `${of} ${verb}`),
    ),
    'realm add',
    'realm modify',
    'realm delete',
    'realm list',
    'passwd',
    // Names of before Proxmox VE 7 that still work.
    'useradd',
    'usermod',
    'userdel',
    'groupadd',
    'groupmod',
    'groupdel',
    'roleadd',
    'rolemod',
    'roledel',
    'aclmod',
    'acldel',
  ],
  pvesm: ['add dir', 'set', 'remove'],
  'ha-manager': [
    'add',
    'set',
    'remove',
    'config',
    'groupadd',
    'groupset',
    'groupremove',
    'groupconfig',
    'rules',
  ],
};

/** Parts of the API that are nothing but files of the cluster. */
const PATHS =
  /^\/(access\/(users|groups|roles|acl|password)|pools|cluster\/(ha\/(resources|groups|rules)|firewall|options|backup|mapping|notifications))(\/|$)/;

const wordsOf = (args: readonly string[]): readonly string[] => args.filter((each) => !each.startsWith('-'));

const isStorage = (verb: string, path: string, args: readonly string[]): boolean =>
  verb === 'create'
    ? path === '/storage' && args.some((each, index) => each === 'dir' && args[index - 1] === '--type')
    : /^\/storage(\/[^/]+)?$/.test(path);

const isApi = (args: readonly string[]): boolean => {
  const [verb = '', path = ''] = wordsOf(args);
  const at = path.startsWith('/') ? path : `/${path}`;
  return (
    ['get', 'ls', 'usage', 'create', 'set', 'delete'].includes(verb) &&
    (PATHS.test(at) || isStorage(verb, at, args))
  );
};

/** The programs that may change the copy. */
export const clusterPrograms: readonly string[] = [...Object.keys(CALLS), 'pvesh'];

/** True for a call that the real program can be left to do on a copy of the cluster's configuration. */
export const actsOnCopy = (program: string, args: readonly string[]): boolean => {
  if (program === 'pvesh') return isApi(args);
  const words = wordsOf(args).join(' ');
  return (CALLS[program] ?? []).some((each) => words === each || words.startsWith(`${each} `));
};
