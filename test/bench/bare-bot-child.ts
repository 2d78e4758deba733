import { Bot } from 'grammy';

/** The least bot that grammY makes: `/status` is answered by a constant. Its arguments: the token and the API's root. */
const [token = '', apiRoot = ''] = process.argv.slice(2);
const bot = new Bot(token, { client: { apiRoot } });
bot.command('status', (context) => context.reply('everything is well'));
process.once('SIGTERM', () => void bot.stop());
await bot.start();
