import { sha256 } from '#db/canonical';
import { judgeChange } from '#db/ledger/decisions';
import { freezesNow } from '#db/ledger/freezes';
import { allPeople } from '#db/ledger/people';
import { rulesOf } from '#db/ledger/rule-sets';
import { doBuiltInHold } from '#db/ledger/rules-seen';
import { ACTIONS } from '#policies/actions';
import type { Change } from '#policies/change/change';
import type { Inventory } from '#policies/inventory';
import { accountKey } from '#policies/person';
import { no, ok } from '#policies/result';
import type { Health } from '#policies/site-health';
import { targetKey } from '#policies/target';
import { backupsCard, failedBackupsCard, missingBackupsCard } from '../cards/backups.ts';
import { changeCard } from '../cards/change.ts';
import { guestCard, guestsCard } from '../cards/guests.ts';
import { changeRow, changesCard } from '../cards/history.ts';
import { page } from '../cards/look.ts';
import { boundLines } from '../cards/scope.ts';
import { statusCard } from '../cards/status.ts';
import { whyCard } from '../cards/why.ts';
import { outside } from '../cards/words.ts';
import type { Card, Line } from '../chat/card.ts';
import { aboutChange } from './about-change.ts';
import type { Answer, Asking, Command } from './command.ts';
import { withDoubt } from './doubt.ts';
import { viewOf } from './find-change.ts';
import { findGuest, nameOfTarget } from './find-target.ts';

/** Most rows of a list; the rest is a filter away. */
const MOST = 20;

/** One card for all sites: the cards one after the other under the first one's head. */
const together = (cards: readonly Card[]): Card | undefined => {
  const [first, ...rest] = cards;
  if (!first || rest.length === 0) return first;
  return {
    ...first,
    more: [...first.more, ...rest.flatMap((card) => [card.lead, ...card.must, ...card.more])],
  };
};

const everySite = (
  { sight, words }: Asking,
  draw: (inventory: Inventory, health: Health | null) => Card,
): Answer =>
  ok(
    together(sight.sites().map(({ inventory, health }) => draw(inventory, health))) ??
      page('unknown', words.say('status.none'), []),
  );

const status: Command['run'] = (asking) => {
  const { office, sight, words, now } = asking;
  const open = sight.open();
  const freezes = freezesNow(office.ledger);
  const builtIn = doBuiltInHold(office.ledger);
  return everySite(asking, (inventory, health) => {
    const frozen = freezes.filter(({ site }) => site === null || site === inventory.site);
    return statusCard(words, inventory, { now, open, frozen, builtIn, health });
  });
};

const guests: Command['run'] = (asking) =>
  everySite(asking, (inventory) => guestsCard(asking.words, inventory));

const rows = ({ office, sight, words }: Asking, changes: readonly Change[]): readonly Line[] => {
  const people = allPeople(office.ledger);
  const inventories = sight.inventories();
  return changes.map((change) => changeRow(words, change, people, nameOfTarget(inventories, change.target)));
};

const guest: Command['run'] = (asking, [text]) => {
  const { sight, words } = asking;
  if (text === undefined) return no({ no: 'missing-argument', command: 'guest', argument: 'guest' });
  const found = findGuest(sight.inventories(), text);
  if (!found.ok) return found;
  const { inventory, guest } = found.value;
  const key = targetKey({ kind: 'guest', site: inventory.site, vmid: guest.vmid });
  return ok(guestCard(words, guest, inventory, rows(asking, sight.changes(5, key))));
};

const BACKUPS: { readonly [what: string]: (asking: Asking, inventory: Inventory) => Card } = {
  all: ({ words, now }, inventory) => backupsCard(words, inventory, now),
  missing: ({ words }, inventory) => missingBackupsCard(words, inventory),
  failed: ({ words }, inventory) => failedBackupsCard(words, inventory),
};

const backups: Command['run'] = (asking, [what = 'all']) => {
  const draw = Object.hasOwn(BACKUPS, what) ? BACKUPS[what] : undefined;
  if (!draw)
    return no({
      no: 'bad-argument',
      command: 'backups',
      argument: what,
      expected: 'backups',
    });
  return everySite(asking, (inventory) => draw(asking, inventory));
};

const changes: Command['run'] = (asking) => {
  const { sight, words } = asking;
  return ok(withDoubt(asking, changesCard(words, rows(asking, sight.changes(MOST)), sight.whole)));
};

const change = aboutChange('change', ({ office, words }, found) => {
  const view = viewOf(office, found);
  return ok(
    changeCard({ words, view, room: { lines: 200, text: 3000, files: true }, token: () => null, sha256 }),
  );
});

const why = aboutChange('why', ({ office, words }, found) => {
  const view = viewOf(office, found);
  const risk = view.plan?.risk ?? ACTIONS[found.action].risk;
  const decision = judgeChange(office.ledger, rulesOf(office.ledger, found.rules), found, risk);
  return ok(whyCard(words, view, decision.rules));
});

const whoami: Command['run'] = ({ person, account, words }) => {
  const { name, id, role, groups, scope } = person;
  const lead = words.say('whoami.lead', {
    name: outside(name),
    person: outside(id),
    role: words.say(`role.${role}`),
  });
  const belongs =
    groups.length === 0 ? [] : [words.say('whoami.groups', { groups: outside(groups.join(', ')) })];
  return ok(
    page('neutral', lead, [
      words.say('whoami.account', { account: outside(accountKey(account)) }),
      ...belongs,
      ...boundLines(words, scope),
    ]),
  );
};

/** Commands that only look. */
export const READING: readonly Command[] = [
  { name: 'status', usage: 'status', who: 'viewer', scoped: true, run: status },
  { name: 'guests', usage: 'guests', who: 'viewer', scoped: true, run: guests },
  { name: 'guest', usage: 'guest ID', who: 'viewer', scoped: true, run: guest },
  { name: 'backups', usage: 'backups [missing|failed]', who: 'viewer', scoped: true, run: backups },
  { name: 'changes', usage: 'changes', who: 'viewer', scoped: true, run: changes },
  { name: 'change', usage: 'change CHANGE', who: 'viewer', scoped: true, run: change },
  { name: 'why', usage: 'why CHANGE', who: 'viewer', scoped: true, run: why },
  { name: 'whoami', usage: 'whoami', who: 'viewer', scoped: true, run: whoami },
];
