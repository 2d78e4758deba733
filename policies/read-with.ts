import { z } from 'zod';

type Options = Parameters<z.ZodType['safeParse']>[1];

/** What V8 says where an object that cannot become a number is compared with one. */
const NO_NUMBER = 'Cannot convert object to primitive value';

/**
 * What `schema` makes of something from outside; never throws for what that is. zod 4.6 measures the `length` that a value
 * brings along even where its type was wrong already, and to compare one that cannot become a number throws:
 * `{"locale":{"length":{"valueOf":1,"toString":1}}}` comes through JSON, and would be delivered again and again.
 */
export const readWith = <Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  options?: Options,
): z.ZodSafeParseResult<z.output<Schema>> => {
  try {
    return schema.safeParse(value, options);
  } catch (cause) {
    if (!(cause instanceof TypeError && cause.message === NO_NUMBER)) throw cause;
    const message = 'nothing whose length is no number';
    const error = new z.ZodError([{ code: 'custom', path: [], message, input: undefined }]);
    // What would have been read is in no place of the error, only in its type.
    return { success: false, error: error as z.ZodError<z.output<Schema>> };
  }
};
