import { Bot } from 'grammy';

/** A grammY bot that answers /status with the message it was started with, as JSON, and does nothing else. */
const [apiRoot = '', token = '', message = ''] = process.argv.slice(2);
const { text, ...rest } = JSON.parse(message);
const bot = new Bot(token, { client: { apiRoot } });
bot.command('status', (context) => context.reply(text, rest));
await bot.start();
