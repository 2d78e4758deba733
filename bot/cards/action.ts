import type { ActionName } from '#policies/actions';
import type { Json } from '#policies/json';
import { isOwnTarget, shortName, type Target, targetKey } from '#policies/target';
import type { Line } from '../chat/card.ts';
import { outside, type Values, type Words } from './words.ts';

type Asked = {
  readonly action: ActionName;
  readonly target: Target;
  readonly params: { readonly [name: string]: Json };
};

/** "stop web-01 (home/101)": what is asked for, with the target's name where it is known. */
export const actionText = (words: Words, asked: Asked, name: string | null): Line => {
  const key = targetKey(asked.target);
  const own = isOwnTarget(asked.target) ? shortName(asked.target) : null;
  const known = name === null || key.endsWith(`/${name}`) ? key : `${name} (${key})`;
  const target = outside(own ?? known);
  const params = Object.entries(asked.params).map(([param, value]) => [
    param,
    value === null
      ? words.say('mode.everything')
      : outside(typeof value === 'string' ? value : JSON.stringify(value)),
  ]);
  const values: Values = { ...Object.fromEntries(params), target };
  if (asked.action === 'rules.change' && 'mode' in asked.params)
    return words.say('action.rules.mode', values);
  if (asked.action === 'change.undo' && 'subsystem' in asked.params)
    return words.say('action.undo-subsystem', values);
  return words.say(`action.${asked.action}`, values);
};
