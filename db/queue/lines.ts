import type { Socket } from 'node:net';

/**
 * Calls back with each line of UTF-8 JSON that arrives, parsed. A line over `most` bytes (asked for each part) or one that is no JSON destroys the
 * socket with an error: what follows could not be trusted to be lines.
 */
export const readLines = (socket: Socket, most: () => number, onLine: (value: unknown) => void): void => {
  let parts: Buffer[] = [];
  let held = 0;
  const keep = (part: Buffer) => {
    held += part.length;
    if (held > most()) throw new Error(`a line over ${most()} bytes`);
    parts.push(part);
  };
  const take = (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      const line = Buffer.concat(parts, held).toString('utf8');
      parts = [];
      held = 0;
      start = end + 1;
      onLine(JSON.parse(line));
    }
    keep(chunk.subarray(start));
  };
  socket.on('data', (chunk: Buffer) => {
    try {
      if (!socket.destroyed) take(chunk);
    } catch (cause) {
      socket.destroy(new Error('the other side does not speak this protocol', { cause }));
    }
  });
};

/** Writes one value as a line. */
export const writeLine = (socket: Socket, value: unknown): void => {
  socket.write(`${JSON.stringify(value)}\n`);
};
