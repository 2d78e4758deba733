import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { openHttp } from '#worker/proxmox/http';
import { readAs } from '#worker/proxmox/read';
import { apiToken } from '#worker/proxmox/settings';
import { excerpt, plainPath, type Recorded, recordings, schemas } from './cassettes.ts';
import { identity, serveTls } from './tls-server.ts';

/** What a recorded "no" must be called, told from its status and reason phrase. */
const expected = ({ status, reason }: Recorded): string => {
  if (status !== 500) {
    const named = {
      400: 'invalid',
      401: 'unauthorized',
      403: 'forbidden',
      501: 'not-implemented',
      595: 'node-unreachable',
    };
    return Object.entries(named).find(([code]) => Number(code) === status)?.[1] ?? 'other';
  }
  const rows: [string, RegExp][] = [
    ['no-such-guest', /^Configuration file|^unable to find configuration file/],
    ['digest-mismatch', /^checksum mismatch|^detected modified/],
    ['locked', / is locked \(/],
    ['no-such-node', /^hostname lookup/],
    ['no-quorum', /no quorum/],
  ];
  return rows.find(([, pattern]) => pattern.test(reason))?.[0] ?? 'other';
};

const bodyOf = (response: unknown): string =>
  typeof response === 'object' && response !== null && 'raw' in response
    ? String(response.raw)
    : JSON.stringify(response);

/** Sends every recorded answer over real TLS and looks at what the client makes of it. */
const replay = async (lines: readonly Recorded[]): Promise<{ read: number; refused: number }> => {
  const who = await identity();
  let at = 0;
  const server = await serveTls(who, (_, response) => {
    const line = lines[at];
    assert.ok(line);
    response.writeHead(line.status, line.reason.replace(/[^\x20-\x7e]/g, ' '), {});
    response.end(bodyOf(line.response));
  });
  const http = openHttp({
    url: server.url,
    trust: { by: 'fingerprint', sha256: who.fingerprint },
    reader: apiToken('a@pve!b', 'c'),
  });
  const read = readAs(http, apiToken('a@pve!b', 'c'));
  const count = { read: 0, refused: 0 };
  try {
    for (; at < lines.length; at += 1) {
      const line = lines[at];
      assert.ok(line);
      const path = plainPath(line.path);
      const schema = schemas.find(([pattern]) => pattern.test(path))?.[1];
      if (line.status === 200 && (line.method !== 'GET' || schema === undefined)) continue;
      const seen = await read('/replayed', schema ?? z.unknown());
      assert.equal(
        seen.ok ? 'ok' : seen.error.kind,
        line.status === 200 ? 'ok' : expected(line),
        JSON.stringify(line),
      );
      count[seen.ok ? 'read' : 'refused'] += 1;
    }
  } finally {
    await server.close();
    await http.close();
  }
  return count;
};

test('the excerpt of a real node is read, and each of its refusals is understood', async () => {
  const lines = excerpt();
  const count = await replay(lines);
  assert.equal(count.read + count.refused, lines.length);
  assert.ok(count.read >= 18 && count.refused >= 9, JSON.stringify(count));
});

const all = recordings();
test('every recorded answer of a real node is read, and each refusal is understood', {
  skip: all === undefined && 'the recordings are not at hand (QUORATE_SHARED)',
}, async (t) => {
  const count = await replay(all ?? []);
  t.diagnostic(JSON.stringify(count));
  assert.ok(count.read > 900 && count.refused > 150, JSON.stringify(count));
});
