import { type Answer, badForm, ERRORS, ok } from './answer.ts';
import { type Body, list, record, text } from './body.ts';
import type { Limits } from './limits.ts';
import type { World } from './world.ts';

const NAME = /^[-_\p{Ll}\p{N}]{1,32}$/u;

const described = (part: object, limits: Limits): string | undefined => {
  const { name, description, description_localizations: others } = record(part);
  if (!NAME.test(text(name))) return `name "${text(name)}" is not allowed`;
  const texts = [text(description), ...Object.values(record(others)).map(text)];
  return texts.every(({ length }) => length >= 1 && length <= limits.description)
    ? undefined
    : `description of ${text(name)} must be 1 to ${limits.description} long`;
};

const complainOption = (option: object, limits: Limits): string | undefined => {
  const { choices, autocomplete } = record(option);
  if (list(choices).length > limits.choices) return `at most ${limits.choices} choices`;
  if (list(choices).length > 0 && autocomplete === true) return 'choices and autocomplete exclude each other';
  return described(option, limits);
};

const complain = (command: object, limits: Limits): string | undefined => {
  const options = list(record(command)['options']).map(record);
  const required = options.map((option) => option['required'] === true);
  if (options.length > limits.options) return `at most ${limits.options} options`;
  if (
    required.lastIndexOf(true) > required.indexOf(false) &&
    required.includes(false) &&
    required.includes(true)
  )
    return 'required options must be placed before others';
  if (new Set(options.map(({ name }) => name)).size < options.length)
    return 'options must have different names';
  if (JSON.stringify(command).length > limits.commandTotal) return 'the command is too long';
  return described(command, limits) ?? options.map((one) => complainOption(one, limits)).find(Boolean);
};

/** Commands of a server, all at once. What is there already and not named goes. */
export const putCommands = (world: World, [, guild = '']: readonly string[], { json }: Body): Answer => {
  // A body that is a list comes as the list of its members.
  const commands = list(json['list']).map(record);
  if (!world.guilds.has(guild)) return ERRORS.missingAccess;
  if (commands.length > world.limits.commands) return badForm('commands', `at most ${world.limits.commands}`);
  const wrong = commands.map((command) => complain(command, world.limits)).find(Boolean);
  if (wrong !== undefined) return badForm('commands', wrong);
  world.registrations += 1;
  const stored = commands.map((command, index) => ({
    id: String(1000 + index),
    application_id: world.application,
    guild_id: guild,
    version: '1',
    default_member_permissions: null,
    nsfw: false,
    ...sparse(command),
  }));
  world.commands.set(guild, stored);
  return ok(stored);
};

/** Discord leaves out what is empty or false. */
const sparse = (part: { readonly [name: string]: unknown }): object =>
  Object.fromEntries(
    Object.entries(part).flatMap(([name, value]) => {
      if (name === 'options') return [[name, list(value).map((one) => sparse(record(one)))]];
      const isEmpty = value === false || (Array.isArray(value) && value.length === 0);
      return isEmpty ? [] : [[name, value]];
    }),
  );

export const getCommands = (world: World, [, guild = '']: readonly string[]): Answer =>
  world.guilds.has(guild) ? ok(world.commands.get(guild) ?? []) : ERRORS.missingAccess;
