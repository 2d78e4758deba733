import { Bot } from 'grammy';

/** A grammY bot that answers /status with the text it was started with, and does nothing else. */
const [apiRoot = '', token = '', text = ''] = process.argv.slice(2);
const bot = new Bot(token, { client: { apiRoot } });
bot.command('status', (context) => context.reply(text));
await bot.start();
