import { type Answer, badForm, DONE, ERRORS, ok } from './answer.ts';
import { type Body, list, record } from './body.ts';
import { EPHEMERAL, isAnswer } from './content.ts';
import { addMessage, alter } from './messages.ts';
import { type Asked, type Channel, type Message, type World, wireOf } from './world.ts';

const channelOf = (world: World, { channel }: Asked): Channel => {
  const found = world.channels.get(channel);
  if (found === undefined) throw new Error(`no channel ${channel} in this fake`);
  return found;
};

/** An answer is seen by one person alone where its flags say so. */
const say = (world: World, asked: Asked, body: Body): Message | Answer => {
  const alone = (Number(body.json['flags'] ?? 0) & EPHEMERAL) !== 0;
  return addMessage(world, channelOf(world, asked), body, { seenBy: alone ? asked.user.id : null });
};

type First = (world: World, asked: Asked, body: Body) => Answer;

const answer: First = (world, asked, body) => {
  if (asked.kind === 'typing') return badForm('type', 'a field is completed and nothing else');
  const said = say(world, asked, body);
  if (isAnswer(said)) return said;
  asked.state = 'answered';
  asked.original = { channel: asked.channel, message: said.id };
  return DONE;
};

/** Types of first answers: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object */
const FIRST: { readonly [type: number]: First } = {
  4: answer,
  5: (_, asked, body) => {
    if (asked.kind === 'typing') return badForm('type', 'a field is completed and nothing else');
    asked.state = 'promised';
    // Who sees what is promised was said with the promise.
    asked.original = { channel: asked.channel, message: `promised:${Number(body.json['flags'] ?? 0)}` };
    return DONE;
  },
  6: (_, asked) => {
    if (asked.kind !== 'button') return badForm('type', 'only a component can be left as it is');
    asked.state = 'answered';
    return DONE;
  },
  8: (world, asked, body) => {
    const choices = list(body.json['choices']);
    if (asked.kind !== 'typing') return badForm('type', 'nobody is typing');
    if (choices.length > world.limits.choices) return badForm('choices', `at most ${world.limits.choices}`);
    for (const { name, value } of choices.map(record))
      if (![name, value].every((one) => typeof one === 'string' && one.length >= 1 && one.length <= 100))
        return badForm('choices', 'name and value must be 1 to 100 long');
    asked.state = 'answered';
    world.completions.push({ user: asked.user.id, choices });
    return DONE;
  },
};

/** The first answer to an interaction: within three seconds, and once. */
export const callback = (world: World, [id = '', token = '']: readonly string[], body: Body): Answer => {
  const asked = world.asked.get(id);
  if (asked?.token !== token || world.now() - asked.at > world.limits.answerMs)
    return ERRORS.unknownInteraction;
  if (asked.state !== 'open') return ERRORS.acknowledged;
  const { type, data } = body.json;
  const first = FIRST[Number(type)];
  return first ? first(world, asked, { ...body, json: record(data) }) : badForm('type', 'unknown');
};

/** Who may still be answered by this token: it is worth 15 minutes, once a first answer was given. */
const answerable = (world: World, app: string, token: string): Asked | Answer => {
  const asked = [...world.asked.values()].find((one) => one.token === token);
  if (asked === undefined || app !== world.application || asked.state === 'open')
    return ERRORS.unknownWebhook;
  return world.now() - asked.at > world.limits.tokenMs ? ERRORS.expiredToken : asked;
};

const isAsked = (value: Asked | Answer): value is Asked => 'kind' in value;

/** One more message after the first answer. */
export const followUp = (world: World, [app = '', token = '']: readonly string[], body: Body): Answer => {
  const asked = answerable(world, app, token);
  if (!isAsked(asked)) return asked;
  const said = say(world, asked, body);
  return isAnswer(said) ? said : ok(wireOf(asked.channel, said));
};

/** Changes the first answer, or says what was promised. */
export const editOriginal = (world: World, [app = '', token = '']: readonly string[], body: Body): Answer => {
  const asked = answerable(world, app, token);
  if (!isAsked(asked)) return asked;
  const promised = /^promised:(\d+)$/.exec(asked.original?.message ?? '')?.[1];
  if (promised !== undefined) {
    const flags = Number(body.json['flags'] ?? 0) | Number(promised);
    const said = say(world, asked, { ...body, json: { ...body.json, flags } });
    if (isAnswer(said)) return said;
    asked.state = 'answered';
    asked.original = { channel: asked.channel, message: said.id };
    return ok(wireOf(asked.channel, said));
  }
  const message = channelOf(world, asked).messages.get(asked.original?.message ?? '');
  if (message === undefined) return ERRORS.unknownMessage;
  return alter(world, message, body) ?? ok(wireOf(asked.channel, message));
};
