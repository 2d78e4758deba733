import type { BytePath } from './change.ts';

/**
 * One overlay of a rehearsal: where its mount is on the host, the real folder that lay below, and the folder into which
 * everything was written. Mounted with index=off, redirect_dir=off and metacopy=off: then the upper folder says it all.
 */
export type Layer = { readonly mount: BytePath; readonly lower: string; readonly upper: string };
