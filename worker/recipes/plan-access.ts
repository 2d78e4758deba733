import type { AccessEntry } from '#policies/access-effect';
import type { Basis } from '#policies/plan';
import type { Recipe } from '#policies/recipes/recipe';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { orRefusal } from '../actions/refused.ts';
import { missingRight } from '../actions/site.ts';
import { accessNeeds } from '../proxmox/access-calls.ts';
import type { Access } from '../proxmox/access-reads.ts';
import { accessStanding, standingText } from '../proxmox/access-standing.ts';
import { membersOf, stopsOf, warningsOf } from './access-checks.ts';
import type { AccessHost, RecipeHost } from './host.ts';
import { type Planned, part } from './part.ts';

/** Without these the reader is shown less than there is, and what it does not see would be taken for absent. */
const SEEN_BY: readonly (readonly [path: string, privilege: string])[] = [
  ['/access', 'Sys.Audit'],
  ['/access/groups', 'Sys.Audit'],
];

const blindness = async ({ proxmox }: AccessHost): Promise<WorkerRefusal | null> => {
  for (const [path, privilege] of SEEN_BY) {
    const rights = orRefusal(await proxmox.readerPermissions(path));
    if (!rights.ok) return rights.error;
    if (!(privilege in (rights.value[path] ?? {}))) return { no: 'forbidden-by-proxmox', path, privilege };
  }
  return null;
};

const read = async (host: AccessHost): Promise<Result<Access, WorkerRefusal>> => {
  const blind = await blindness(host);
  return blind ? no(blind) : orRefusal(await host.proxmox.access());
};

/** What a plan relies on of an entry: how it stands and what hangs on it; of a line also what its role is, and who is in its group. */
const reliedOn = (access: Access, entry: AccessEntry): string => {
  const stands = standingText(accessStanding(access, entry));
  if (entry.of !== 'acl') return stands;
  const privileges = access.roles.find(({ roleid }) => roleid === entry.role)?.privs ?? [];
  return `${stands}; role ${privileges.toSorted().join(' ')}; for ${membersOf(access, entry).toSorted().join(' ')}`;
};

const basisOf = (access: Access, entry: AccessEntry): Basis => ({
  of: `access ${JSON.stringify(entry)}`,
  value: reliedOn(access, entry),
});

/** How an entry stands now, by the name of its basis; undefined where nobody can say. */
export const accessNow = async ({ access }: RecipeHost, name: string): Promise<string | undefined> => {
  if (!access) return undefined;
  const now = await read(access);
  // Written by basisOf above.
  return now.ok ? reliedOn(now.value, JSON.parse(name) as AccessEntry) : undefined;
};

/** The entries that are not there yet. What is there is left as people made it, and what is there otherwise stops the plan. */
export const planAccess = async (
  { access: host }: RecipeHost,
  { id, access: entries }: Recipe,
): Promise<Planned> => {
  if (entries.length === 0) return ok(part({}));
  if (!host) return no({ no: 'recipe-not-for-this-host', recipe: id, why: 'no Proxmox to ask' });
  const now = await read(host);
  if (!now.ok) return now;
  const stops = stopsOf(host, now.value, entries);
  if (stops.length > 0) return no({ no: 'checks-failed', checks: stops });
  const missing = entries.filter((entry) => accessStanding(now.value, entry).stands === 'absent');
  const lacking = await missingRight(host.proxmox, missing.flatMap(accessNeeds));
  if (lacking) return no(lacking);
  return ok(
    part({
      effects: missing.map((entry) => ({ kind: 'access', way: 'add', entry })),
      basis: entries.map((entry) => basisOf(now.value, entry)),
      probes: entries.map((entry) => ({ probe: 'access', entry, want: true })),
      checks: warningsOf(now.value, missing),
    }),
  );
};
