/** What the bot does with the real clients of the platforms. */
import { runShared } from '../run-shared.ts';

await runShared('bot');
