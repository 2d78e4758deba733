import { parseArgs } from 'node:util';
import { redisProgram, startRedis } from '../fixture/redis-server.ts';
import { programs } from '../run/programs.ts';
import { aptLine } from '../run/set-up.ts';
import { type OpenStage, openApart, openEmbedded } from './stage.ts';
import { tellStory } from './story.ts';

const print = (text: string): void => console.log(text);

/** `npm run demo`: everything in one process; `-- --redis` or `-- --socket`: bot and worker as two. */
const { values } = parseArgs({
  options: { redis: { type: 'boolean', default: false }, socket: { type: 'boolean', default: false } },
});

const open = async (): Promise<OpenStage> => {
  if (!values.redis) return values.socket ? openApart(print, null) : openEmbedded(print);
  const redis = await startRedis();
  const stage = await openApart(print, `unix://${redis.socket}`);
  const close = async (): Promise<void> => {
    await stage.close();
    await redis.remove();
  };
  return { ...stage, close };
};

if (values.redis && !redisProgram()) {
  console.error(`--redis needs a redis-server, and there is none on PATH. As root: ${aptLine(programs)}`);
  process.exit(1);
}
print('Quorate, the whole road. The Proxmox VE in this story is SIMULATED: nothing real is touched.');
const stage = await open();
try {
  await tellStory(stage);
  print('= everything was as told');
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stage.close();
}
