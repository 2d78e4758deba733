import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ACTIONS, ActionName, isOwnAction, ownKindOf } from '#policies/actions';

const NAMES = Object.keys(ACTIONS).map((name) => ActionName.parse(name));

const reads = (action: ActionName, args: object): boolean => ACTIONS[action].args.safeParse(args).success;

/** The arguments that an action takes one of, with what is read as one and what is not. */
const ARGUMENTS: readonly (readonly [
  action: ActionName,
  argument: string,
  rest: object,
  fine: readonly unknown[],
  wrong: readonly unknown[],
])[] = [
  ...(['snapshot.create', 'snapshot.delete', 'snapshot.rollback'] as const).map(
    (action) =>
      [
        action,
        'name',
        {},
        ['ab', 'Before_1-2', 'a'.repeat(40)],
        ['a', '', '1a', '_ab', 'a b', 'a/b', 'ab;', '-ab', 'ä1', 'a'.repeat(41), 'current', 'pending'],
      ] as const,
  ),
  [
    'backup.create',
    'storage',
    {},
    ['ab', 'local-lvm', 'pbs_1.lan', 'a'.repeat(100)],
    ['a', '', '1ab', '-ab', 'a b', 'a/b', 'a:b', 'ab;', 'a'.repeat(101)],
  ],
  ['backup.create', 'mode', { storage: 'pbs' }, ['snapshot', 'suspend', 'stop'], ['', 'none']],
  [
    'disk.grow',
    'disk',
    { by: '1G' },
    [
      'ide0',
      'ide3',
      'sata5',
      'scsi0',
      'scsi9',
      'scsi10',
      'scsi29',
      'scsi30',
      'virtio0',
      'virtio15',
      'rootfs',
      'mp0',
      'mp255',
    ],
    [
      '',
      'ide4',
      'sata6',
      'scsi31',
      'scsi',
      'virtio16',
      'virtio',
      'mp',
      'mp1000',
      'unused0',
      'xide0',
      'ide0x',
      'efidisk0',
    ],
  ],
  [
    'disk.grow',
    'by',
    { disk: 'scsi0' },
    ['1G', '+1G', '999999M', '2T'],
    ['', 'G', '1', '1K', '-1G', '1.5G', '++1G', '1000000G', '1GB', 'x1G'],
  ],
  ['guest.migrate', 'node', {}, ['pve2'], ['', 'a b', 'pve2;']],
  [
    'host.recipe',
    'recipe',
    {},
    ['a', 'apt-no-translations', 'r2', 'r'.repeat(64)],
    ['', '2r', 'A', '../etc', 'a.yaml', 'a/b', 'a_b', 'r'.repeat(65)],
  ],
  [
    'host.script',
    'script',
    {},
    ['a', 'tune-journal', 'r2', 'r'.repeat(64)],
    ['', '2r', 'A', '../etc', 'a.sh', 'a/b', 'a_b', 'r'.repeat(65)],
  ],
  [
    'host.script',
    'accept',
    { script: 'a' },
    ['left-out', 'failed,unseen'],
    ['', 'all', 'failed,', 'failed,failed'],
  ],
  ['host.script', 'answers', { script: 'a' }, ['Go on=yes', 'A=1; B=2'], ['', 'yes', '=yes', 'A=']],
  [
    'node.service-restart',
    'service',
    {},
    ['a', 'pveproxy', 'getty@tty1.service', 'a_b-c', 's'.repeat(64)],
    ['', '1a', '-a', 'a b', 'a;b', 'a/b', '--help', 's'.repeat(65)],
  ],
  ['change.undo', 'of', { no: 7 }, ['a'.repeat(20)], ['', 'a', 7]],
  ['change.undo', 'subsystem', { since: 1, to: 'then' }, ['network', 'access'], ['', 'web', null]],
  ['change.undo', 'since', { subsystem: 'apt', to: 'then' }, [0, 1], [-1, 1.5, '1']],
  ['change.undo', 'no', { of: 'a'.repeat(20) }, [7], ['7', 7.5]],
  ['person.add', 'role', {}, ['viewer', 'operator', 'admin'], ['', 'root']],
  ['person.role', 'role', {}, ['viewer', 'operator', 'admin'], ['', 'root']],
  ['person.scope', 'scope', {}, ['everything', { pools: [], guests: [] }], ['', 'all', {}]],
  [
    'rules.change',
    'digest',
    {},
    ['0'.repeat(64), 'f'.repeat(64)],
    ['', '0'.repeat(63), '0'.repeat(65), 'F'.repeat(64), 'g'.repeat(64)],
  ],
  ['config.set', 'memory', {}, [16, '2048', 4_178_944], [15, 4_178_945, 16.5, 'much']],
  ['config.set', 'cores', {}, [1, '8', 8192], [0, 8193, 1.5, 'all']],
  ['config.set', 'onboot', {}, ['true', 'false', 'on', 'no'], ['maybe', 1]],
  [
    'config.set',
    'tags',
    {},
    ['', 'a', 'prod', 'a;b', 'a,b', 'a_b-c+d.e;0f', '_a'],
    ['A', 'a b', '-a', ';a', 'a;', 'a;;b', 'a;-b', 'a/b', 'a\nb'],
  ],
  ['config.set', 'description', {}, ['', 'a\nb', 'x'.repeat(8192)], ['x'.repeat(8193), 1]],
];

describe('An argument of an action', () => {
  for (const [action, argument, rest, fine, wrong] of ARGUMENTS) {
    it(`${argument} of ${action} is read where Proxmox, or the host, would take it`, () => {
      for (const value of fine)
        assert.equal(reads(action, { ...rest, [argument]: value }), true, JSON.stringify(value));
    });
    it(`${argument} of ${action} is refused where it would be taken for something else`, () => {
      for (const value of wrong)
        assert.equal(reads(action, { ...rest, [argument]: value }), false, JSON.stringify(value));
    });
  }

  it('that nobody reads is refused with every action', () => {
    for (const action of NAMES) {
      const [, argument = '', rest = {}, [value] = []] = ARGUMENTS.find(([name]) => name === action) ?? [];
      const args = argument === '' ? {} : { ...rest, [argument]: value };
      assert.equal(reads(action, args), true, action);
      assert.equal(reads(action, { ...args, shoe: 44 }), false, action);
    }
  });

  it('that is not given leaves what is careful: no memory in a snapshot, no start, no purge, nothing stopped', () => {
    const { args } = ACTIONS['snapshot.create'];
    assert.deepEqual(args.parse({ name: 'ab' }), { name: 'ab', ram: false });
    assert.deepEqual(args.parse({ name: 'ab', ram: 'yes' }), { name: 'ab', ram: true });
    assert.deepEqual(ACTIONS['snapshot.rollback'].args.parse({ name: 'ab' }), { name: 'ab', start: false });
    assert.deepEqual(ACTIONS['guest.destroy'].args.parse({}), { purge: false });
    assert.deepEqual(ACTIONS['backup.create'].args.parse({ storage: 'pbs' }), {
      storage: 'pbs',
      mode: 'snapshot',
    });
  });

  it('is one at least where settings are changed', () => {
    assert.equal(reads('config.set', {}), false);
    assert.deepEqual(ACTIONS['config.set'].args.parse({ memory: '2048', onboot: 'on' }), {
      memory: 2048,
      onboot: true,
    });
  });
});

/** What the README and the rules of every site rest on: who may ask for what at all, and how much it can hurt. */
const CATALOGUE = `
guest.start          guest   low       operator  /start
guest.shutdown       guest   medium    operator  /shutdown
guest.reboot         guest   medium    operator  /reboot
guest.stop           guest   high      operator  /stop
guest.suspend        guest   medium    operator  /suspend
guest.resume         guest   low       operator  /resume
snapshot.create      guest   low       operator  /snapshot name
snapshot.delete      guest   high      operator  /snapshot_delete name
snapshot.rollback    guest   high      operator  /rollback name
backup.create        guest   low       operator  /backup storage
config.set           guest   medium    operator  /set
disk.grow            guest   medium    operator  /disk_grow disk by
guest.migrate        guest   medium    operator  /migrate node
guest.destroy        guest   critical  admin     /destroy
host.recipe          node    medium    operator  /recipe recipe
host.script          node    medium    operator  /script script
network.apply        node    high      admin     /network
node.service-restart node    medium    admin     /restart service
node.reboot          node    high      admin     /reboot_node
change.undo          change  medium    operator  /undo
person.add           person  critical  admin     /people role
person.role          person  high      admin     /role role
person.scope         person  high      admin     /scope
person.enable        person  critical  admin     /enable
rules.change         rules   critical  admin     /rules digest
`;

describe('The catalogue', () => {
  it('lets nobody ask for more than a reviewer has seen here', () => {
    const lines = NAMES.map((name) => {
      const { target, risk, who, command, positional } = ACTIONS[name];
      const typed = [`/${command}`, ...positional].join(' ');
      return `${name.padEnd(20)} ${target.padEnd(7)} ${risk.padEnd(9)} ${who.padEnd(9)} ${typed}`;
    });
    assert.equal(lines.join('\n'), CATALOGUE.trim());
  });

  it('knows what is about Quorate itself, and so no worker does', () => {
    const own = NAMES.filter(isOwnAction);
    assert.deepEqual(own, ['person.add', 'person.role', 'person.scope', 'person.enable', 'rules.change']);
    assert.deepEqual([...new Set(own.map(ownKindOf))], ['person', 'rules']);
    assert.equal(ownKindOf('guest.stop'), null);
  });

  it('has no row of any other name, be it one that every object has', () => {
    for (const name of ['', 'guest', 'guest.Stop', 'toString', '__proto__', 0, null])
      assert.equal(
        ActionName.safeParse(name).error?.issues[0]?.message,
        'an action of the catalogue, such as guest.stop',
      );
  });
});
