import { z } from 'zod';

/** A JSON value as RFC 8259 has it; what plans, messages and audit lines are made of. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Reads any JSON value and nothing else (no undefined, dates or functions). */
export const Json: z.ZodType<Json> = z.json();
