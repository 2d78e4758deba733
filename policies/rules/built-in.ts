import { Rules } from './schema.ts';

/** What a file says that leaves everything out. */
export const EMPTY: Rules = Rules.parse({ version: 1, rules: [] });

/** What holds where no rule file could ever be read: everything is shown and nothing changes. */
export const BUILT_IN: Rules = { ...EMPTY, mode: 'read_only' };
