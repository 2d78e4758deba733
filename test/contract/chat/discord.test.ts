import { chatContract } from './contract.ts';
import { openDiscordParty } from './discord-party.ts';

chatContract('Discord', openDiscordParty);
