import {
  type APIApplication,
  type APIChannel,
  type APIGuild,
  type APIGuildMember,
  type APIOverwrite,
  type APIRole,
  Routes,
} from 'discord.js';
import type { Checked } from '../chat/check.ts';
import { type Access, type Attempt, type Call, openCall, why } from './call.ts';
import { PERMISSIONS } from './limits.ts';

type Settings = Access & { readonly guild: string; readonly channels: readonly string[] };

/** What the bot is: its application, the server's roles and its own there. */
type Standing = {
  readonly call: Call;
  readonly guild: APIGuild;
  readonly member: APIGuildMember;
  readonly bot: string;
};

const AT = 'bot.discord';

const got = <T>(tried: Attempt<T>): T | null => ('result' in tried ? tried.result : null);
const said = (tried: Attempt<unknown>): string => ('failed' in tried ? why(tried.failed) : '');

/** The address where an admin of the server lets the bot in, with what it must be allowed. */
const inviteTo = (application: string): string => {
  const all = Object.values(PERMISSIONS).reduce((sum, one) => sum | one, 0n);
  const scope = 'bot+applications.commands';
  return `https://discord.com/oauth2/authorize?client_id=${application}&permissions=${all}&scope=${scope}`;
};

const ADMINISTRATOR = 1n << 3n;

const without = (mask: bigint, overwrites: readonly APIOverwrite[]): bigint => {
  const of = (side: 'allow' | 'deny'): bigint =>
    overwrites.reduce((sum, overwrite) => sum | BigInt(overwrite[side]), 0n);
  return (mask & ~of('deny')) | of('allow');
};

/** What the bot may do in a channel: https://discord.com/developers/docs/topics/permissions#permission-overwrites */
const mayIn = ({ guild, member, bot }: Standing, overwrites: readonly APIOverwrite[]): bigint => {
  const isMine = ({ id }: Pick<APIRole, 'id'>): boolean => id === guild.id || member.roles.includes(id);
  const base = guild.roles.filter(isMine).reduce((sum, role) => sum | BigInt(role.permissions), 0n);
  if ((base & ADMINISTRATOR) !== 0n) return ~0n;
  const steps = [
    overwrites.filter(({ id }) => id === guild.id),
    overwrites.filter(({ id }) => member.roles.includes(id)),
    overwrites.filter(({ id }) => id === bot),
  ];
  return steps.reduce(without, base);
};

const checkChannel = async (standing: Standing, id: string, at: string): Promise<Checked> => {
  const tried = await standing.call<APIChannel>((rest) => rest.get(Routes.channel(id)));
  const channel = got(tried);
  if (channel === null) return { at, thing: 'chat', bad: said(tried) };
  if (!('guild_id' in channel) || channel.guild_id !== standing.guild.id)
    return { at, thing: 'chat', bad: `is no channel of the server ${standing.guild.id}` };
  const overwrites = 'permission_overwrites' in channel ? (channel.permission_overwrites ?? []) : [];
  const may = mayIn(standing, overwrites);
  const missing = Object.entries(PERMISSIONS).flatMap(([name, one]) => ((may & one) === 0n ? [name] : []));
  if (missing.length > 0) return { at, thing: 'chat', bad: `missing here: ${missing.join(', ')}` };
  return { at, thing: 'chat', good: `#${channel.name ?? id}` };
};

const checkCommands = async (call: Call, application: string, guild: string): Promise<Checked> => {
  const at = `${AT}.guild`;
  const tried = await call<readonly unknown[]>((rest) =>
    rest.get(Routes.applicationGuildCommands(application, guild)),
  );
  const there = got(tried);
  if (there !== null) return { at, thing: 'commands', good: `${there.length} registered` };
  const bad = `${said(tried)}: the scope applications.commands is missing; open ${inviteTo(application)}`;
  return { at, thing: 'commands', bad };
};

const checkGuild = async (
  call: Call,
  app: APIApplication,
  settings: Settings,
): Promise<readonly Checked[]> => {
  const at = `${AT}.guild`;
  const { guild: id, channels } = settings;
  const bot = app.bot?.id ?? app.id;
  const tried = await call<APIGuild>((rest) => rest.get(Routes.guild(id)));
  const member = await call<APIGuildMember>((rest) => rest.get(Routes.guildMember(id, bot)));
  const [guild, own] = [got(tried), got(member)];
  if (guild === null || own === null) {
    const bad = `${said(tried) || said(member)}: the bot is not in this server; open ${inviteTo(app.id)}`;
    return [{ at, thing: 'scopes', bad }];
  }
  const standing = { call, guild, member: own, bot };
  return [
    { at, thing: 'scopes', good: guild.name },
    await checkCommands(call, app.id, id),
    ...(await Promise.all(
      channels.map((channel, index) => checkChannel(standing, channel, `${AT}.channels[${index}]`)),
    )),
  ];
};

/** Looks at the token, the server, the commands and each channel, and changes nothing. */
export const checkDiscord = async (settings: Settings): Promise<readonly Checked[]> => {
  const call = openCall(settings);
  const tried = await call<APIApplication>((rest) => rest.get('/applications/@me'));
  const app = got(tried);
  if (app === null) return [{ at: `${AT}.token`, thing: 'token', bad: said(tried) }];
  return [
    { at: `${AT}.token`, thing: 'token', good: app.name },
    // Nothing that Discord has to grant: what people write is not read.
    { at: `${AT}.token`, thing: 'intents', good: 'Guilds' },
    ...(await checkGuild(call, app, settings)),
  ];
};
