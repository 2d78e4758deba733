/** As `per_minute`: more than any test sends, where the pace of a real group is not what is looked at. */
export const UNPACED = 100_000;
