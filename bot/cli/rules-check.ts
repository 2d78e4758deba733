import { z } from 'zod';
import { ACTIONS, ActionName } from '#policies/actions';
import { Rules } from '#policies/rules/schema';
import { outside } from '../cards/words.ts';
import { namedRules } from './rules-sources.ts';
import { misused, type ShellCommand, said } from './shell.ts';

/** `rules check FILE`: everything that is wrong with a rule file, each thing with its place. */
export const checkRules: ShellCommand = {
  usage: 'rules check FILE',
  run: (shell, [file, ...more]) => {
    if (file === undefined || more.length > 0) return misused(shell, checkRules.usage);
    if (namedRules(shell, file) === null) return 1;
    shell.print(said(shell, 'cli.config-good', { file: outside(file) }));
    return 0;
  },
};

/** The catalogue's names: ActionName is a check of our own, which JSON Schema has no word for. */
const naming: NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'] = ({ zodSchema, jsonSchema }) => {
  if (zodSchema === ActionName) Object.assign(jsonSchema, { type: 'string', enum: Object.keys(ACTIONS) });
};

/** `rules schema`: the JSON Schema of a rule file, for editors; what must agree between its parts only `rules check` knows. */
export const rulesSchema: ShellCommand = {
  usage: 'rules schema',
  run: (shell, more) => {
    if (more.length > 0) return misused(shell, rulesSchema.usage);
    const schema = z.toJSONSchema(Rules, { io: 'input', unrepresentable: 'any', override: naming });
    shell.print(JSON.stringify(schema, null, 2));
    return 0;
  },
};
