import { sha256 } from '#db/canonical';
import { reviewsOwed } from '#db/ledger/broken-glass';
import { modesNow } from '#db/ledger/called-modes';
import { changeById } from '#db/ledger/change-rows';
import { isFinal } from '#db/ledger/changes';
import { judgeChange } from '#db/ledger/decisions';
import { freezesNow } from '#db/ledger/freezes';
import { allPeople } from '#db/ledger/people';
import { downNow } from '#db/ledger/platforms-down';
import { rulesOf } from '#db/ledger/rule-sets';
import { doBuiltInHold } from '#db/ledger/rules-seen';
import { ACTIONS } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { ChangeId } from '#policies/ids';
import type { Inventory } from '#policies/inventory';
import { accountKey, atLeast } from '#policies/person';
import { no, ok } from '#policies/result';
import type { Risk } from '#policies/risk';
import type { Rules } from '#policies/rules/schema';
import type { Health } from '#policies/site-health';
import { isOwnTarget, targetKey } from '#policies/target';
import { backupsCard, failedBackupsCard, missingBackupsCard } from '../cards/backups.ts';
import { changeCard } from '../cards/change.ts';
import { downLines } from '../cards/down.ts';
import { guestCard, guestsCard } from '../cards/guests.ts';
import { changeRow, changesCard } from '../cards/history.ts';
import { page } from '../cards/look.ts';
import { modeLine } from '../cards/mode.ts';
import { boundLines } from '../cards/scope.ts';
import { statusCard } from '../cards/status.ts';
import { type Rulings, type Spoken, whyCard } from '../cards/why.ts';
import { outside } from '../cards/words.ts';
import type { Card, Line } from '../chat/card.ts';
import { aboutChange } from './about-change.ts';
import { glassHint } from './break-glass.ts';
import type { Answer, Asking, Command } from './command.ts';
import { withDoubt } from './doubt.ts';
import { viewOf } from './find-change.ts';
import { findGuest, nameOfTarget } from './find-target.ts';
import { CHANGE, choice, OPTIONAL, option } from './option.ts';

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

/** Reviews that are owed of changes that this person may see. */
const owedNow = ({ office: { ledger }, sight }: Asking) =>
  reviewsOwed(ledger)
    .filter(({ change }) => {
      const found = changeById(ledger, ChangeId.parse(change));
      return found !== undefined && sight.sees(found.target);
    })
    .map(({ no: number, due }) => ({ no: number, due }));

/** Who runs Quorate is told which chat platforms hear nobody. */
const downFor = ({ office: { ledger }, person, sight, words }: Asking): readonly Line[] =>
  sight.whole && atLeast(person.role, 'operator') ? downLines(words, downNow(ledger)) : [];

const status: Command['run'] = (asking) => {
  const { office, sight, words, now } = asking;
  const open = sight.open();
  const freezes = freezesNow(office.ledger);
  const owed = owedNow(asking);
  const builtIn = doBuiltInHold(office.ledger);
  const down = downFor(asking);
  const modes = { rules: office.authority.rules, called: modesNow(office.ledger) };
  return everySite(asking, (inventory, health) => {
    const frozen = freezes.filter(({ site }) => site === null || site === inventory.site);
    const mode = modeLine(words, modes, inventory.site);
    return statusCard(words, inventory, { now, open, frozen, mode, builtIn, owed, down, health });
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
  const seen = { owed: owedNow(asking), whole: sight.whole };
  return ok(withDoubt(asking, changesCard(words, rows(asking, sight.changes(MOST)), seen)));
};

const change = aboutChange('change', ({ office, words }, found) => {
  const view = viewOf(office, found);
  return ok(
    changeCard({ words, view, room: { lines: 200, text: 3000, files: true }, token: () => null, sha256 }),
  );
});

const rulings = (asking: Asking, change: Change, risk: Risk): Rulings => {
  const { ledger, authority } = asking.office;
  const by = (rules: Rules): Spoken => {
    const decision = judgeChange(ledger, rules, change, risk);
    const refusal = decision.verdict === 'refuse' && !isFinal(change) ? decision.refusal : null;
    return { rules, ids: decision.rules, refusal };
  };
  const others = change.rules !== authority.digest && !isFinal(change);
  const since = others ? by(authority.rules) : null;
  const site = isOwnTarget(change.target) ? null : change.target.site;
  const modes = { rules: authority.rules, called: modesNow(ledger) };
  const mode = isFinal(change) ? null : modeLine(asking.words, modes, site);
  return { asked: by(rulesOf(ledger, change.rules)), since, mode, hint: glassHint(asking, change) };
};

const why = aboutChange('why', (asking, found) => {
  const { office, words } = asking;
  const view = viewOf(office, found);
  const risk = view.plan?.risk ?? ACTIONS[found.action].risk;
  return ok(whyCard(words, view, rulings(asking, found, risk)));
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

const WHICH = choice('which', ['missing', 'failed'], OPTIONAL);

/** Commands that only look. */
export const READING: readonly Command[] = [
  { name: 'status', usage: 'status', who: 'viewer', scoped: true, run: status },
  { name: 'guests', usage: 'guests', who: 'viewer', scoped: true, run: guests },
  {
    name: 'guest',
    usage: 'guest ID',
    options: [option('guest', 'guest')],
    who: 'viewer',
    scoped: true,
    run: guest,
  },
  {
    name: 'backups',
    usage: 'backups [missing|failed]',
    options: [WHICH],
    who: 'viewer',
    scoped: true,
    run: backups,
  },
  { name: 'changes', usage: 'changes', who: 'viewer', scoped: true, run: changes },
  { name: 'change', usage: 'change CHANGE', options: [CHANGE], who: 'viewer', scoped: true, run: change },
  { name: 'why', usage: 'why CHANGE', options: [CHANGE], who: 'viewer', scoped: true, run: why },
  { name: 'whoami', usage: 'whoami', who: 'viewer', scoped: true, run: whoami },
];
