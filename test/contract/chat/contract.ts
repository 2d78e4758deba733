import { describe } from 'node:test';
import { answering } from './answering.ts';
import type { OpenParty } from './party.ts';
import { posting } from './posting.ts';
import { receiving } from './receiving.ts';

/** The one suite that every implementation of the port `Chat` passes: what a party lacks it says itself, as data. */
export const chatContract = (name: string, openParty: OpenParty): void => {
  describe(`${name} as a chat`, () => {
    describe('cards', () => posting(openParty));
    describe('events', () => receiving(openParty));
    describe('private words', () => answering(openParty));
  });
};
