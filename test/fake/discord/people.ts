import { list, record, text } from './body.ts';
import { flat } from './components.ts';
import { type Asked, type Channel, nextId, type User, type World } from './world.ts';

type Raw = { readonly [name: string]: unknown };

/** A command with its values, or a field of it that is being filled. */
type Spoken = { readonly command: string; readonly values?: { readonly [option: string]: string } };

/** What people do in the channels, as interactions for the bot. */
export const createPeople = (world: World, dispatch: (raw: Raw) => void) => {
  const ask = (
    kind: Asked['kind'],
    { user, channel, raw, more }: { user: User; channel: Channel; raw: Raw; more: Raw },
  ): Asked => {
    const id = nextId(world);
    const asked: Asked = {
      id,
      token: `aW50ZXJhY3Rpb24-${id}`,
      kind,
      user,
      channel: channel.id,
      at: world.now(),
      state: 'open',
      original: null,
    };
    world.asked.set(id, asked);
    dispatch({ ...common(world, asked, channel), ...raw, ...more });
    return asked;
  };

  /** A command of this server, as the client lets people fill it in: only with options that it has, and all that it needs. */
  const checked = (
    guild: string | null,
    { command, values = {} }: Spoken,
    partly: boolean,
  ): readonly object[] => {
    const registered = world.commands.get(guild ?? '');
    // Before anything is registered there is nothing to hold people to.
    if (registered === undefined)
      return Object.entries(values).map(([name, value]) => ({ name, type: 3, value }));
    const known = registered.map(record).find(({ name }) => name === command);
    if (known === undefined) throw new Error(`no command /${command} is registered`);
    const options = list(known['options']).map(record);
    const strange = Object.keys(values).find((name) => !options.some((option) => option['name'] === name));
    const missing = options.find(({ name, required }) => required === true && !(text(name) in values));
    if (strange !== undefined || (missing && !partly))
      throw new Error(`/${command}: ${strange ?? `${text(missing?.['name'])} is missing`}`);
    return Object.entries(values).map(([name, value]) => ({ name, type: 3, value }));
  };

  const spoken = (channel: Channel, options: readonly object[], command: string) => ({
    data: { id: '1', type: 1, name: command, options, ...(channel.guild ? { guild_id: channel.guild } : {}) },
  });

  return {
    invoke: (user: User, channel: Channel, said: Spoken, more: Raw = {}): Asked => {
      const options = checked(channel.guild, said, false);
      const raw = { type: 2, ...spoken(channel, options, said.command) };
      return ask('command', { user, channel, raw, more });
    },
    /** Types into a field; the last of the values is the one that is being filled. */
    type: (user: User, channel: Channel, said: Spoken, more: Raw = {}): Asked => {
      const options = checked(channel.guild, said, true);
      const typing = options.map((option, index) =>
        index === options.length - 1 ? { ...option, focused: true } : option,
      );
      return ask('typing', {
        user,
        channel,
        raw: { type: 4, ...spoken(channel, typing, said.command) },
        more,
      });
    },
    /** Presses a button by its label, or one that a forged client makes up. */
    press: (
      user: User,
      channel: Channel,
      { message: id, ...button }: { message: string } & ({ label: string } | { forged: string }),
      more: Raw = {},
    ): Asked => {
      const message = channel.messages.get(id);
      const custom = 'forged' in button ? button.forged : idOf(message?.components ?? [], button.label);
      const shown = { id, author: message?.author ?? world.bot, flags: message?.flags ?? 0 };
      const on = { ...shown, channel_id: channel.id, content: '', embeds: [], attachments: [], mentions: [] };
      const rest = { mention_roles: [], mention_everyone: false, pinned: false, tts: false, type: 0 };
      const wire = { ...on, ...rest, timestamp: new Date(0).toISOString(), edited_timestamp: null };
      const raw = {
        type: 3,
        data: { custom_id: custom, component_type: 2, id: 1 },
        message: { ...wire, components: message?.components ?? [] },
      };
      return ask('button', { user, channel, raw, more });
    },
    /** Any event at all, however false. */
    forge: dispatch,
  };
};

const common = (world: World, { id, token, user }: Asked, channel: Channel): Raw => {
  const member = { user, roles: [], permissions: '0', joined_at: '', deaf: false, mute: false, flags: 0 };
  const { guild } = channel;
  return {
    id,
    application_id: world.application,
    token,
    version: 1,
    channel_id: channel.id,
    channel: { id: channel.id, type: channel.type, parent_id: channel.parent },
    ...(guild === null
      ? { user }
      : { guild_id: guild, member, guild: { id: guild, locale: 'en-US', features: [] } }),
    locale: 'en-US',
    entitlements: [],
    app_permissions: '0',
    attachment_size_limit: world.limits.file,
    authorizing_integration_owners: { 0: guild ?? '0' },
    context: guild === null ? 1 : 0,
  };
};

const idOf = (components: readonly unknown[], label: string): string => {
  const buttons = flat(components).filter((part) => part['type'] === 2);
  const found = buttons.find((part) => part['label'] === label);
  if (found === undefined)
    throw new Error(
      `no button "${label}"; there are: ${buttons.map((part) => text(part['label'])).join(', ')}`,
    );
  return text(found['custom_id']);
};
