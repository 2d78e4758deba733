import { z } from 'zod';

/** An absolute path of a recipe. Holes such as {nic} stand for what is found on the host. */
export const RecipePath = z
  .string()
  .regex(/^(\/[A-Za-z0-9_@+.{}-]+)+$/, 'an absolute path of plain segments')
  .refine(
    (text) => !text.split('/').some((part) => part === '.' || part === '..'),
    'a path without "." and ".."',
  );
