import { type ZodType, z } from 'zod';
import { ACTIONS, type ActionName } from '#policies/actions';
import { readWith } from '#policies/read-with';
import { choice, NAMED, type Option, option, REASON } from './option.ts';

const Shape = z.object({
  properties: z.record(z.string(), z.object({ enum: z.array(z.string()).optional() })).default({}),
  required: z.array(z.string()).default([]),
});

/** A yes or no, by what it reads: its schema takes words for them. */
const isFlag = (schema: ZodType, name: string): boolean => {
  const said = readWith(schema, { [name]: 'maybe' });
  const issue = said.error?.issues.find(({ path }) => path[0] === name);
  return issue?.code === 'invalid_value' && issue.values.includes('true');
};

const optionOf = (args: ZodType, name: string, { properties, required }: z.infer<typeof Shape>): Option => {
  const more = { named: true, required: required.includes(name) };
  const choices = isFlag(args, name) ? ['true', 'false'] : properties[name]?.enum;
  if (choices) return choice(name, choices, more);
  return option(name, name === 'node' ? 'node' : 'text', more);
};

/** Arguments that must be given come first, as forms want them. */
const byNeed = (options: readonly Option[]): readonly Option[] => [
  ...options.filter(({ required }) => required),
  ...options.filter(({ required }) => !required),
];

/**
 * The fields of one row of the catalogue: what it is done to, its arguments as their schema tells them, why and when. Every
 * argument is typed by its name, so that what stands in one can never be read as another.
 */
export const catalogueOptions = (name: ActionName): readonly Option[] => {
  const { target, args } = ACTIONS[name];
  const shape = Shape.parse(z.toJSONSchema(args, { io: 'input', unrepresentable: 'any' }));
  const fields = Object.keys(shape.properties).map((argument) => optionOf(args, argument, shape));
  const on = target === 'node' ? option('node', 'node') : option('guest', 'guest');
  return byNeed([on, ...fields, REASON, option('at', 'text', NAMED)]);
};
