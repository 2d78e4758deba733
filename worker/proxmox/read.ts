import type { z } from 'zod';
import { readWith } from '#policies/read-with';
import { ok, type Result } from '#policies/result';
import { type PveFailure, PveMalformed } from './failure.ts';
import type { Http } from './http.ts';
import type { Parameters } from './request.ts';
import type { ApiToken } from './settings.ts';

/** Reads one path; throws `PveMalformed`, which says where, when the answer has another shape. */
export type Read = <S extends z.ZodType>(
  path: string,
  schema: S,
  query?: Parameters,
) => Promise<Result<z.output<S>, PveFailure>>;

// Places and expectations only: values of a lying server stay out of logs.
const places = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map((issue) => `data.${issue.path.slice(0, 4).join('.').slice(0, 80)}: ${issue.code}`)
    .join('; ');

/** A reader under one identity. */
export const readAs =
  (http: Http, token: ApiToken): Read =>
  async (path, schema, query) => {
    const answer = await http.send({ method: 'GET', path, parameters: query, token });
    if (!answer.ok) return answer;
    const parsed = readWith(schema, answer.value);
    if (parsed.success) return ok(parsed.data);
    throw new PveMalformed(`GET ${path}: ${places(parsed.error)}`);
  };
