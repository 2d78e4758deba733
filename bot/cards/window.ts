import type { Window } from '#policies/calendar/window';

/** As they are written in a rule file, Monday first. */
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const clock = (minutes: number): string => {
  const day = minutes % (24 * 60);
  return `${String(Math.floor(day / 60)).padStart(2, '0')}:${String(day % 60).padStart(2, '0')}`;
};

/** When a window is open, in the words of a rule file: "mon, tue 22:00-05:00, finish_by 06:00". */
export const windowTimes = ({ days, from, until, finishBy }: Window): string => {
  const on = days.length === DAYS.length ? [] : [days.map((day) => DAYS[day - 1]).join(', ')];
  const end = finishBy === null ? '' : `, finish_by ${clock(finishBy)}`;
  return [...on, `${clock(from)}-${clock(until)}${end}`].join(' ');
};
