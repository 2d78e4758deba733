import type { StateName } from '#policies/change/state';
import type { Card, Line, Tone } from '../chat/card.ts';

/** The sign at the head of a card. It never stands alone: the word is always beside it. */
export const ICONS: { readonly [T in Tone]: string } = {
  waiting: '🟡',
  running: '🔵',
  good: '🟢',
  bad: '🔴',
  neutral: '⚪',
  unknown: '🟠',
};

/** How each state of a change looks. */
export const STATE_TONES: { readonly [S in StateName]: Tone } = {
  planning: 'neutral',
  awaiting: 'waiting',
  approved: 'running',
  running: 'running',
  confirming: 'waiting',
  unknown: 'unknown',
  succeeded: 'good',
  reverted: 'bad',
  failed: 'bad',
  denied: 'neutral',
  withdrawn: 'neutral',
  expired: 'neutral',
  refused: 'bad',
};

/** A card of plain lines, without buttons. */
export const page = (tone: Tone, lead: Line, must: readonly Line[], more: readonly Line[] = []): Card => ({
  tone,
  lead,
  must,
  more,
  diff: null,
  attachment: null,
  buttons: [],
});

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Bytes as people read them, in powers of 1024: 118 GiB. */
export const bytes = (count: number): string => {
  const step = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), UNITS.length - 1);
  const value = count / 1024 ** step;
  return `${value < 10 && step > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[step]}`;
};

/** A share from 0 to 1 as per cent. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
