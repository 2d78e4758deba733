import type { Card } from '../chat/card.ts';
import type { Asking } from './command.ts';

/** The card, which says so where it is not known right now whether more is the asker's than it shows. */
export const withDoubt = ({ sight, words }: Asking, card: Card): Card =>
  sight.unsure() ? { ...card, must: [...card.must, words.say('scope.unsure')] } : card;
