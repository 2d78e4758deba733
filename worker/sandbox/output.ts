/** What a stream said, as bytes in base64-free Buffers: its start, its end and how much there was in all. */
export type Output = { readonly head: Buffer; readonly tail: Buffer; readonly bytes: number };

/** Bytes kept of each end. */
export const KEPT = 64 * 1024;

/** Keeps the two ends of a stream of any length, in memory of at most four times KEPT. */
export const keepEnds = (
  kept = KEPT,
): { readonly add: (chunk: Buffer) => void; readonly output: () => Output } => {
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  let bytes = 0;
  return {
    add: (chunk) => {
      bytes += chunk.length;
      const room = kept - head.length;
      if (room > 0) head = Buffer.concat([head, chunk.subarray(0, room)]);
      const rest = chunk.subarray(Math.max(room, 0));
      if (rest.length > 0) tail = Buffer.concat([tail, rest]).subarray(-kept);
    },
    output: () => ({ head, tail: Buffer.from(tail), bytes }),
  };
};
