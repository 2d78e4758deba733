/** A library of a platform that is known to leave rejections unhandled; `told` gets one sentence for the log. */
type Containing = {
  readonly isOurs: (error: unknown) => boolean;
  readonly told: (why: string) => void;
};

const contained = new Set<Containing>();

const onRejection = (error: unknown): void => {
  const one = [...contained].find(({ isOurs }) => isOurs(error));
  if (one) return one.told(error instanceof Error ? error.message : String(error));
  // As it would without us: what nobody expects ends the process.
  setImmediate(() => {
    throw error;
  });
};

/**
 * Keeps a library's own trouble from ending the process, which Node does at a rejection that nobody handles. All other errors
 * end it as before. The function that is given back lets go of it.
 */
export const containRejections = (containing: Containing): (() => void) => {
  if (contained.size === 0) process.on('unhandledRejection', onRejection);
  contained.add(containing);
  return () => {
    contained.delete(containing);
    if (contained.size === 0) process.off('unhandledRejection', onRejection);
  };
};
