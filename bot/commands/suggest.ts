import { changesIn, OPEN } from '#db/ledger/change-rows';
import { allPeople, personOf } from '#db/ledger/people';
import { atLeast, type Person } from '#policies/person';
import { shortName } from '#policies/target';
import type { Filling, OptionKind, Suggested } from '../chat/chat.ts';
import { stripOutside } from '../chat/outside.ts';
import type { Office } from '../office.ts';
import { nameOfTarget } from './find-target.ts';
import { type Sight, sightOf } from './sight.ts';
import { COMMANDS } from './table.ts';

type Looking = { readonly office: Office; readonly sight: Sight; readonly person: Person };

/** Names are the guest's number, with the site before it where there are several. */
const guests = ({ sight }: Looking): readonly Suggested[] => {
  const inventories = sight.inventories();
  return inventories.flatMap(({ site, guests: { known, ...rest } }) => {
    const rows = known && 'value' in rest ? rest.value : [];
    return rows.map(({ vmid, name, status }) => ({
      label: `${vmid} ${name} · ${status}`,
      value: inventories.length > 1 ? `${site}/${vmid}` : String(vmid),
    }));
  });
};

const nodes = ({ sight }: Looking): readonly Suggested[] => {
  const inventories = sight.inventories();
  return inventories.flatMap(({ site, nodes: { known, ...rest } }) => {
    const rows = known && 'value' in rest ? rest.value : [];
    return rows.map(({ node }) => {
      const value = inventories.length > 1 ? `${site}/${node}` : node;
      return { label: value, value };
    });
  });
};

/** Changes that are not at their end, the newest first. */
const changes = ({ office, sight }: Looking): readonly Suggested[] => {
  const inventories = sight.inventories();
  return changesIn(office.ledger, OPEN)
    .filter(({ target }) => sight.sees(target))
    .sort((a, b) => b.no - a.no)
    .map(({ no, action, target }) => ({
      label: `#${no} ${action} ${nameOfTarget(inventories, target) ?? shortName(target)}`,
      value: String(no),
    }));
};

/** Who there is only admins are shown who are bound to nothing, as in `/people`. */
const people = ({ office, sight, person }: Looking): readonly Suggested[] => {
  const all = atLeast(person.role, 'admin') && sight.whole;
  return allPeople(office.ledger)
    .filter(({ id }) => all || id === person.id)
    .map(({ id, name }) => ({ label: `${id} ${name}`, value: id }));
};

const KINDS: { readonly [K in OptionKind]: (looking: Looking) => readonly Suggested[] } = {
  guest: guests,
  node: nodes,
  change: changes,
  person: people,
  choice: () => [],
  text: () => [],
};

/** Beginning with what was typed before holding it somewhere; the order is kept otherwise. */
const matching = (all: readonly Suggested[], typed: string): readonly Suggested[] => {
  const wanted = typed.trim().toLowerCase();
  const begins = all.filter(({ label }) => label.toLowerCase().startsWith(wanted));
  const holds = all.filter((one) => !begins.includes(one) && one.label.toLowerCase().includes(wanted));
  return [...begins, ...holds];
};

/** Most that is offered at once; the rest is a letter away. */
const MOST = 25;

/** What somebody could mean who fills a field: what they may see and nothing else, and nothing at all for strangers. */
export const suggest = (
  office: Office,
  { account, command, option, typed }: Filling,
): readonly Suggested[] => {
  const person = personOf(office.ledger, account);
  const found = COMMANDS.find(({ name }) => name === command);
  const field = found?.options?.find(({ name }) => name === option);
  if (!person || person.disabled || !found || !field || !atLeast(person.role, found.who)) return [];
  const sight = sightOf(office, person);
  if (!found.scoped && !sight.whole) return [];
  return matching(KINDS[field.kind]({ office, sight, person }), typed)
    .slice(0, MOST)
    .map(({ label, value }) => ({ label: stripOutside(label), value }));
};
