export type Part = { name: string; filename: string | undefined; bytes: Buffer };

const CRLF = Buffer.from('\r\n');

/**
 * Splits a multipart/form-data body (RFC 7578). Own code because grammY writes `filename=` without quotes and header
 * names in lower case without a space, which the parser inside `fetch` refuses and Telegram takes.
 */
export const parseMultipart = (body: Buffer, contentType: string): Part[] => {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const fence = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(fence);
  while (at >= 0) {
    const start = at + fence.length + CRLF.length;
    const end = body.indexOf(fence, start);
    if (end < 0) break;
    const part = readPart(body.subarray(start, end - CRLF.length));
    if (part !== undefined) parts.push(part);
    at = end;
  }
  return parts;
};

const readPart = (part: Buffer): Part | undefined => {
  const gap = part.indexOf('\r\n\r\n');
  const head = part.subarray(0, gap).toString('utf8');
  const name = /[;\s]name="([^"]*)"/i.exec(head)?.[1];
  if (gap < 0 || name === undefined) return undefined;
  const [, quoted, bare] = /filename=(?:"([^"]*)"|([^;\r\n]+))/i.exec(head) ?? [];
  return { name, filename: quoted ?? bare, bytes: part.subarray(gap + 4) };
};
