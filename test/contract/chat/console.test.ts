import { openConsoleParty } from './console-party.ts';
import { chatContract } from './contract.ts';

chatContract('the console', openConsoleParty);
