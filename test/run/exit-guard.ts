/**
 * Loaded before each test file that has a process of its own: once its tests are over, the process must end by itself.
 * One that does not would keep the whole run waiting, so it is ended, as failed, and what it left open is named.
 */
import { after } from 'node:test';
import { setExitGrace } from './exit-grace.ts';

after(setExitGrace);
