import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noRedis, startRedis } from '../fixture/redis-server.ts';
import { type OpenStage, openApart, openEmbedded } from './stage.ts';
import { tellStory } from './story.ts';

/** Tells the story and gives its transcript. */
const told = async (open: (print: (text: string) => void) => Promise<OpenStage>): Promise<string> => {
  const lines: string[] = [];
  const stage = await open((text) => lines.push(text));
  try {
    await tellStory(stage);
  } finally {
    await stage.close();
  }
  return lines.join('\n');
};

describe('the whole road', () => {
  let embedded = '';

  it('is as told in one process', async () => {
    embedded = await told(openEmbedded);
    assert.match(embedded, /byte-identical/);
  });

  it('has the same transcript as two processes over a Unix socket', async () => {
    assert.equal(await told((print) => openApart(print, null)), embedded);
  });

  it('has the same transcript as two processes over Redis', { skip: noRedis() }, async () => {
    const redis = await startRedis();
    try {
      assert.equal(await told((print) => openApart(print, `unix://${redis.socket}`)), embedded);
    } finally {
      await redis.remove();
    }
  });
});
