import type { Cluster } from './cluster.ts';
import { unauthorized } from './failure.ts';
import type { Identity } from './rights.ts';

const HEADER = /^PVEAPIToken=([^!]+)!([^=]+)=(.+)$/;

/** Whether `expire`, in seconds since 1970 and 0 for never, lies ahead. */
const lasts = (cluster: Cluster, { expire }: { readonly expire: number }): boolean =>
  expire === 0 || expire * 1000 > cluster.now();

/** Whether the user exists, is enabled and has not expired; `root@pam` always is. */
const userActive = (cluster: Cluster, userid: string): boolean => {
  if (userid === 'root@pam') return true;
  const user = cluster.world.access.users.get(userid);
  return user?.enable === true && lasts(cluster, user);
};

/** Who sends this header; throws the 401 before anything else of the request is looked at. */
export const authenticate = (cluster: Cluster, header: string | undefined): Identity => {
  if (header === undefined) throw unauthorized('No ticket');
  const [, userid = '', name = '', secret = ''] = HEADER.exec(header) ?? [];
  const tokenid = `${userid}!${name}`;
  const token = cluster.world.access.tokens.get(tokenid);
  const valid =
    token !== undefined && token.secret === secret && lasts(cluster, token) && userActive(cluster, userid);
  if (!valid) throw unauthorized('Authentication failed!');
  return { userid, tokenid };
};
