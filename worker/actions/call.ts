import type { ApiCall, Effect, SettingDiff } from '#policies/effect';

/** A request to the API; parameters that are not set are left out. */
export const call = (
  method: ApiCall['method'],
  path: string,
  params: Readonly<Record<string, string | undefined>> = {},
): ApiCall => ({
  method,
  path,
  params: Object.fromEntries(
    Object.entries(params).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  ),
});

/** A step of a plan that is one request: a task that ends later, unless `answer` says that it is done at once. */
export const step = (
  request: ApiCall,
  more: {
    readonly answer?: 'task' | 'done';
    readonly diff?: readonly SettingDiff[];
    readonly inverse?: ApiCall | null;
  } = {},
): Effect => ({
  kind: 'api',
  call: request,
  answer: more.answer ?? 'task',
  diff: [...(more.diff ?? [])],
  inverse: more.inverse ?? null,
});
