import { chatContract } from './contract.ts';
import { openTelegramParty } from './telegram-party.ts';

chatContract('Telegram', openTelegramParty);
