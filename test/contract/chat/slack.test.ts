import { chatContract } from './contract.ts';
import { openSlackParty } from './slack-party.ts';

chatContract('Slack', openSlackParty);
