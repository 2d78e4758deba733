/** Hears of each moment between two steps on the disk. For tests, in which the process dies there. */
export type Watch = (moment: string) => void;

/** Nobody watches. */
export const unwatched: Watch = () => undefined;
