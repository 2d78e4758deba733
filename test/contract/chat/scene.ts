import { afterEach, beforeEach, type TestContext } from 'node:test';
import type { Intent } from '#bot/chat/intent';
import { noteOf } from './cards.ts';
import type { OpenParty, Party } from './party.ts';

/** What is said to somebody whose event is dropped. */
export const DROPPED = 'That does nothing.';

/** One party that is connected, and what its chat handed on. */
export type Scene = {
  readonly party: Party;
  readonly heard: readonly Intent[];
  /** How often the sink was called, which may store later. */
  readonly begun: () => number;
  /** From now on the sink stores nothing until the function that is given back is called. */
  readonly hold: () => () => void;
};

const open = async (openParty: OpenParty): Promise<Scene> => {
  const party = await openParty();
  const heard: Intent[] = [];
  let gate = Promise.resolve();
  let begun = 0;
  const hold = (): (() => void) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    gate = promise;
    return resolve;
  };
  await party.chat.start(
    async (intent) => {
      begun += 1;
      await gate;
      heard.push(intent);
    },
    { missed: () => {}, moved: () => {}, dropped: () => noteOf(DROPPED) },
  );
  return { party, heard, hold, begun: () => begun };
};

/** A scene for each test of the group that calls this; the function gives the one of the test that runs. */
export const sceneOf = (openParty: OpenParty): (() => Scene) => {
  let scene: Scene | undefined;
  beforeEach(async () => {
    scene = await open(openParty);
  });
  afterEach(async () => {
    await scene?.party.close();
    scene = undefined;
  });
  return () => {
    if (!scene) throw new Error('a scene is there within a test only');
    return scene;
  };
};

/** The tool, or null where the platform has no use for it: then the test is skipped and says so. */
export const needs = <T>(test: TestContext, what: string, tool: T | null): T | null => {
  if (tool === null) test.skip(`${what}: nothing of that kind there`);
  return tool;
};

/** What these messages hold, all in one. */
export const allText = (messages: readonly { readonly text: string }[]): string =>
  messages.map(({ text }) => text).join('\n');
