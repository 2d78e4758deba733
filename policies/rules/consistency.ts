import { between } from '../calendar/freeze.ts';
import type { Freeze, Rule, Rules } from './schema.ts';
import { lastingOf } from './stand-in.ts';

type Problem = { readonly at: readonly (string | number)[]; readonly expected: string };

const twice = (list: 'rules' | 'freezes', entries: readonly { readonly id: string }[]): Problem[] => {
  const taken = new Set<string>();
  return entries.flatMap(({ id }, index) => {
    if (taken.has(id))
      return [{ at: [list, index, 'id'], expected: `an id used once; "${id}" is there twice` }];
    taken.add(id);
    return [];
  });
};

/** Every group a rule names, with the way to it. */
const groupsOf = (rule: Rule): { readonly at: (string | number)[]; readonly group: string }[] => {
  const matched = (rule.match.group ?? []).map((group, no) => ({ at: ['match', 'group', no], group }));
  if ('deny' in rule) return matched;
  const who = rule.who && 'group' in rule.who ? [{ at: ['who', 'group'], group: rule.who.group }] : [];
  const needed = rule.need.flatMap((need, no) =>
    'group' in need ? [{ at: ['need', no, 'group'], group: need.group }] : [],
  );
  return [...matched, ...who, ...needed];
};

const unknownGroups = ({ rules, groups }: Rules): Problem[] =>
  rules.flatMap((rule, index) =>
    groupsOf(rule).flatMap(({ at, group }) =>
      Object.hasOwn(groups, group)
        ? []
        : [{ at: ['rules', index, ...at], expected: `a group of "groups"; there is no "${group}"` }],
    ),
  );

const unknownGlassGroup = ({ break_glass: glass, groups }: Rules): Problem[] => {
  const group = glass && 'group' in glass.who ? glass.who.group : undefined;
  if (group === undefined || Object.hasOwn(groups, group)) return [];
  return [{ at: ['break_glass', 'who', 'group'], expected: `a group of "groups"; there is no "${group}"` }];
};

const unknownWindows = ({ rules, windows }: Rules): Problem[] =>
  rules.flatMap((rule, index) => {
    const { window: name } = { window: undefined, ...rule };
    if (name === undefined || Object.hasOwn(windows, name)) return [];
    return [{ at: ['rules', index, 'window'], expected: `a window of "windows"; there is no "${name}"` }];
  });

const backwards = (freezes: readonly Freeze[], zone: NonNullable<Rules['zone']>): Problem[] =>
  freezes.flatMap((freeze, index) => {
    const { from, until } = between(freeze, zone);
    return from < until ? [] : [{ at: ['freezes', index, 'until'], expected: 'a time after "from"' }];
  });

const standingBackwards = ({ stand_ins: list, zone }: Rules): Problem[] =>
  list.flatMap((one, index) => {
    const { from, until } = zone ? lastingOf(one, zone) : { from: 0, until: 1 };
    return [
      ...(from < until ? [] : [{ at: ['stand_ins', index, 'until'], expected: 'a time after "from"' }]),
      ...(one.for === one.by ? [{ at: ['stand_ins', index, 'by'], expected: 'somebody else' }] : []),
    ];
  });

const zoneless = ({ zone, windows, freezes, stand_ins: list }: Rules): Problem[] =>
  zone === undefined && (Object.keys(windows).length > 0 || freezes.length + list.length > 0)
    ? [
        {
          at: ['zone'],
          expected: 'a time zone, since there are windows, freezes or stand-ins, such as "Europe/Berlin"',
        },
      ]
    : [];

/** What is wrong between the parts of a rule file although each part alone is right. */
export const consistency = (rules: Rules): readonly Problem[] => [
  ...twice('rules', rules.rules),
  ...twice('freezes', rules.freezes),
  ...unknownGroups(rules),
  ...unknownGlassGroup(rules),
  ...unknownWindows(rules),
  ...standingBackwards(rules),
  ...zoneless(rules),
  ...(rules.zone === undefined ? [] : backwards(rules.freezes, rules.zone)),
];
