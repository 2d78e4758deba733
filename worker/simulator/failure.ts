/** A refusal as Proxmox words it: an HTTP status outside tasks, the exit text inside one. */
export class Failure extends Error {
  readonly status: number;
  readonly errors: Record<string, string> | undefined;

  constructor(message: string, status = 500, errors?: Record<string, string>, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Failure';
    this.status = status;
    this.errors = errors;
  }
}

/** 400 with one sentence per parameter. */
export const badParameters = (errors: Record<string, string>): Failure =>
  new Failure('Parameter verification failed.', 400, errors);

/** 403 in the words of `RPCEnvironment::check`. */
export const forbidden = (what: string): Failure => new Failure(`Permission check failed (${what})`, 403);

/** 401; Proxmox answers it with an empty body. */
export const unauthorized = (reason: string): Failure => new Failure(reason, 401);
