/** Success or an expected "no"; exceptions stay for a broken world. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** A success. */
export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });

/** An expected "no". */
export const no = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });
