import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createCertificate } from '#worker/simulator/certificate';
import { ACTOR, READER } from '#worker/simulator/demo-access';
import { noRedis, startRedis } from '../fixture/redis-server.ts';
import type { Program } from './program.ts';
import { type Sections, type SetUp, setUp } from './set-up.ts';
import { firstLook } from './stage.ts';
import { follow, type Transcript } from './transcript.ts';

/** A world, Quorate in it as one process with the terminal as chat, and what people there can do. */
type Scene = { readonly site: SetUp; readonly main: Program; readonly chat: Transcript };

const inWorld = async <T>(use: (site: SetUp) => Promise<T>): Promise<T> => {
  const site = await setUp();
  try {
    return await use(site);
  } finally {
    await site.close();
  }
};

const ALONE = { queue: undefined, worker: { bot_key: undefined } };

const talk = (program: Program): Transcript => {
  const { stdin, stdout } = program.child;
  if (!stdin || !stdout) throw new Error('a child that was spawned with pipes has them');
  return follow(stdin, stdout, () => {});
};

/** Starts everything as one process in a world that `spoil` has made bad, waits for its first look, and plays. */
const scene = (spoil: (site: SetUp) => Sections, play: (scene: Scene) => Promise<void>): Promise<void> =>
  inWorld(async (site) => {
    site.write({ ...ALONE, ...spoil(site) });
    const main = site.start('main');
    await firstLook(site.ledger);
    await play({ site, main, chat: talk(main) });
    assert.deepEqual([main.child.exitCode, main.child.signalCode], [null, null], 'it stays up');
  });

const ask = async ({ chat }: Scene, line: string, answer: RegExp): Promise<void> => {
  chat.say(line);
  await chat.expect(answer);
};

const READING = ['/status', '/guests', '/backups', '/backups missing', '/backups failed'];

/** Everything that reads says that it is not known and why; nothing says that there is none; nothing can be asked for. */
const blind = async (scene: Scene, why: string): Promise<void> => {
  for (const line of READING) await ask(scene, `@vera ${line}`, new RegExp(`unknown \\(${why}`));
  await ask(scene, '@omar /stop 101', /The state of the site is not known right now/);
  assert.doesNotMatch(scene.main.out(), /no backup\b|0 guests|Every guest/);
  assert.equal(scene.site.requests('POST', /./), 0);
};

describe('a Proxmox that cannot be used', () => {
  it('is silent: everything is unknown, and the log says what to look at', () =>
    scene(
      () => ({ proxmox: { url: 'https://127.0.0.1:9' } }),
      async (scene) => {
        await blind(scene, 'no answer');
        await scene.main.says(/127\.0\.0\.1:9 does not answer .*ECONNREFUSED.*check proxmox\.url/);
      },
    ));

  it('shows another certificate: no token is sent to it, and the log has both fingerprints', () =>
    scene(
      () => ({ proxmox: { trust: { fingerprint: Array(32).fill('AB').join(':') } } }),
      async (scene) => {
        await blind(scene, 'the certificate is not the one that was pinned');
        await scene.main.says(/shows the certificate .*compare `pvenode cert info`/);
        assert.deepEqual(scene.site.simulator.requests, []);
      },
    ));

  const noToken = 'Proxmox does not accept the reader token';

  it('does not know the reader token', () => {
    const secret = '11111111-2222-4333-8444-555555555555';
    return scene(
      (site) => ({ proxmox: { reader: site.plant('wrong', `${READER}=${secret}`, secret) } }),
      async (scene) => {
        await blind(scene, noToken);
        await scene.main.says(/does not accept the reader token .*pveum user token list/);
      },
    );
  });

  it('says that the reader token has expired', () =>
    scene(
      ({ simulator }) => {
        const token = simulator.world.access.tokens.get(READER);
        if (token) token.expire = 1;
        return {};
      },
      (scene) => blind(scene, noToken),
    ));

  it('shows the reader nothing: what it may not see is unknown, never none', () =>
    scene(
      ({ simulator }) => {
        simulator.world.access.acl.length = 0;
        return {};
      },
      (scene) => blind(scene, 'the reader token may not look'),
    ));
});

describe('A1.1 with no actor token', () => {
  it('everything that reads works, everything that changes refuses and says why', () =>
    scene(
      () => ({ proxmox: { actor: undefined } }),
      async (scene) => {
        for (const [line, answer] of [
          ['/status', /3 of 3 nodes up/],
          ['/guests', /12 guests on home/],
          ['/guest 101', /101 web-01/],
          ['/backups', /Backups of home/],
          ['/backups missing', /no enabled job or backup covers/],
          ['/backups failed', /Failed backup runs/],
        ] as const)
          await ask(scene, `@vera ${line}`, answer);
        // By turns: nobody may ask for more than ten changes within a minute.
        for (const [no, line] of CHANGING.entries()) {
          scene.chat.say(`@${no % 2 ? 'ada' : 'ivan'} ${line}`);
          await scene.chat.expect(/ · refused\n {2}The worker has no token that may change anything/);
        }
        assert.equal(scene.site.requests('POST', /./) + scene.site.requests('PUT', /./), 0);
      },
    ));

  it('an actor token that Proxmox no longer accepts refuses a change with what Proxmox said', () =>
    scene(
      ({ simulator }) => {
        const token = simulator.world.access.tokens.get(ACTOR);
        if (token) token.expire = 1;
        return {};
      },
      (scene) => ask(scene, '@omar /stop 101', /stop web-01.*refused\n.*401/),
    ));
});

/** A line for each action of the catalogue that a guest or a node of the demo's cluster can take. */
const CHANGING = [
  '/start 103',
  '/shutdown 101',
  '/reboot 101',
  '/stop 101',
  '/suspend 101',
  '/snapshot 101 before',
  '/backup 101 backup',
  '/set 102 memory=4096',
  '/disk_grow 101 scsi0 +1G',
  '/migrate 101 pve2',
  '/destroy 103',
  '/recipe pve1 apt-no-translations',
  '/restart pve1 pveproxy',
];

describe('a cluster in trouble', () => {
  it('has a node offline: the status names it, and a change there is refused with the check', () =>
    scene(
      ({ simulator }) => {
        simulator.faults.nodeOffline('pve2');
        return {};
      },
      async (scene) => {
        await ask(scene, '@vera /status', /2 of 3 nodes up · Down: pve2/);
        await ask(scene, '@vera /guests', /203 metrics · state unknown/);
        await ask(scene, '@omar /stop 203', /refused\n {2}.*(pve2|unknown)/);
        assert.equal(scene.site.requests('POST', /./), 0);
      },
    ));

  it('has lost its quorum: the status says so, and what writes the configuration is refused with the check', () =>
    scene(
      ({ simulator }) => {
        simulator.faults.quorumLost();
        return {};
      },
      async (scene) => {
        await ask(scene, '@vera /status', /in trouble\n.*\n {2}NO QUORUM/);
        await ask(scene, '@omar /set 102 memory=4096', /refused\n {2}A check stands against it: quorum/);
      },
    ));
});

/** What a server that is no Proxmox answers to everything. */
const LIES: { readonly [name: string]: readonly [type: string, body: string] } = {
  HTML: ['text/html', '<html><script>alert(1)</script> @everyone'],
  'wrong types': [
    'application/json',
    JSON.stringify({ data: [{ vmid: {}, node: 7, type: 'qemu' }, null, 3] }),
  ],
  'a body without end': ['application/json', `{"data":"${'x'.repeat(17 * 2 ** 20)}"}`],
  'broken-off JSON': ['application/json', '{"data":[{"vmid":101,"na'],
};

describe('a server that lies', () => {
  for (const [name, [type, body]] of Object.entries(LIES))
    it(`with ${name} leaves everything unknown and the process up`, async () => {
      const { key, cert, fingerprint } = await createCertificate();
      const server = createServer({ key, cert }, (_, response) => {
        response.writeHead(200, { 'content-type': type }).end(body);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo; // a TCP server that listens has a port
      try {
        await scene(
          () => ({ proxmox: { url: `https://127.0.0.1:${port}`, trust: { fingerprint } } }),
          async (scene) => {
            await blind(scene, '(the answer was not|no answer)');
            await scene.main.says(/cannot be read|does not answer/);
            assert.doesNotMatch(`${scene.main.out()}${scene.main.err()}`, /<script>|xxxxxxxxxx/);
          },
        );
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
});

describe('a Redis that is away', { skip: noRedis() }, () => {
  it('at the start is waited for by bot and worker, and everything goes on when it comes', () =>
    inWorld(async (site) => {
      const redis = await startRedis();
      try {
        await redis.kill('SIGTERM');
        await site.pinKey();
        const env = { QUORATE_REDIS_URL: `unix://${redis.socket}` };
        const [worker, bot] = [site.start('worker', { env }), site.start('bot', { env })];
        await Promise.all([worker, bot].map((each) => each.says(/Redis cannot be reached; trying again/)));
        await redis.start();
        await firstLook(site.ledger);
        const chat = talk(bot);
        chat.say('@vera /status');
        await chat.expect(/3 of 3 nodes up/);
        assert.deepEqual(await bot.end(), { code: 0, signal: null });
        assert.deepEqual(await worker.end(), { code: 0, signal: null });
      } finally {
        await redis.remove();
      }
    }));

  it('is never told of with its password', () =>
    inWorld(async (site) => {
      const password = 'planted-password-of-redis';
      site.plant('redis', password);
      const bot = site.start('bot', { env: { QUORATE_REDIS_URL: `redis://:${password}@127.0.0.1:9` } });
      await bot.says(/Redis cannot be reached; trying again/);
      await bot.end();
    }));
});

/** Runs a process that must stop by itself; what it said, and its exit code. */
const stopped = async (program: Program): Promise<{ code: number | null; err: string }> => {
  const { code } = await program.ended;
  return { code, err: program.err() };
};

describe('a configuration that is wrong', () => {
  it('stops each process with every complaint at once', () =>
    inWorld(async (site) => {
      const wrong = { worker: { node: 'pve 1', state: 'relative' }, bot: { rules: 'nobody', shell: true } };
      site.write(wrong);
      for (const [which, exit] of [
        ['bot', 1],
        ['main', 1],
        ['worker', 78],
      ] as const) {
        const { code, err } = await stopped(site.start(which));
        assert.equal(code, exit, which);
        for (const at of ['worker.node', 'worker.state', 'bot.rules', 'bot.shell'])
          assert.match(err, new RegExp(`${at.replace('.', '\\.')} \\(line \\d+\\): expected `), which);
        assert.doesNotMatch(err, /\n\s+at /, 'no stack trace');
      }
    }));

  it('stops each process where a secret may be read by others, and says how to mend it', () =>
    inWorld(async (site) => {
      await site.pinKey();
      chmodSync(join(site.folder, 'reader'), 0o644);
      for (const which of ['main', 'worker'] as const) {
        site.write(which === 'main' ? ALONE : {});
        const { code, err } = await stopped(site.start(which));
        assert.notEqual(code, 0);
        assert.match(err, /proxmox\.reader: expected a file that only its owner can read: chmod 600/);
      }
    }));
});

describe('a second process', () => {
  it('of the worker on the same journal stops and says what to look for; the first goes on', () =>
    inWorld(async (site) => {
      await site.pinKey();
      const first = site.start('worker');
      await first.says(/nobody receives at bot/);
      const { code, err } = await stopped(site.start('worker'));
      assert.notEqual(code, 0);
      assert.match(err, /another process already listens on .*queue\.sock/);
      assert.doesNotMatch(err, /\n\s+at /, 'no stack trace');
      const socket = join(site.folder, 'other.sock');
      writeFileSync(`${socket}.secret`, 's'.repeat(40), { mode: 0o600 });
      site.write({ queue: { socket } });
      const second = await stopped(site.start('worker'));
      assert.notEqual(second.code, 0);
      assert.match(second.err, /journal\.db: another process keeps it locked\. Look for a second Quorate/);
      assert.deepEqual(await first.end(), { code: 0, signal: null });
    }));

  it('of the bot on the same ledger stops and says what to look for; the first goes on', () =>
    scene(
      () => ({}),
      async (scene) => {
        for (const which of ['main', 'bot'] as const) {
          if (which === 'bot') scene.site.write();
          const { code, err } = await stopped(scene.site.start(which));
          assert.equal(code, 1, err);
          assert.match(err, /ledger\.sqlite: another process keeps it locked\. Look for a second Quorate/);
          assert.doesNotMatch(err, /\n\s+at /, 'no stack trace');
        }
        await ask(scene, '@omar /stop 101', /stop web-01.*waiting for approval/);
      },
    ));
});

describe('a place for the socket', () => {
  const places: readonly (readonly [name: string, spoil: (place: string) => void, said: RegExp])[] = [
    ['whose folder others can enter', (place) => chmodSync(place, 0o755), /has mode 755.*use 0700 or 0750/],
    ['whose folder is not there', () => {}, /away.* is not there\. Make it: .*openssl rand/],
    ['whose secret is short', (place) => writeFileSync(`${place}/queue.sock.secret`, 'x'), /less than 32/],
    [
      'whose secret others can read',
      (place) => chmodSync(`${place}/queue.sock.secret`, 0o644),
      /queue\.sock\.secret has mode 644; use 0600 or 0640/,
    ],
  ];
  for (const [name, spoil, said] of places)
    it(`${name} stops bot and worker with what to do`, () =>
      inWorld(async (site) => {
        await site.pinKey();
        const place = join(site.folder, 'run');
        mkdirSync(place, { mode: 0o700 });
        const secret = readFileSync(join(site.folder, 'queue.sock.secret'));
        writeFileSync(join(place, 'queue.sock.secret'), secret, { mode: 0o600 });
        spoil(place);
        const socket = name.includes('not there') ? '/nowhere/away/queue.sock' : join(place, 'queue.sock');
        site.write({ queue: { socket } });
        for (const which of ['worker', 'bot'] as const) {
          const { code, err } = await stopped(site.start(which));
          assert.notEqual(code, 0, which);
          assert.match(err, said, which);
          assert.doesNotMatch(err, /\n\s+at /, 'no stack trace');
        }
      }));
});
