import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cmdlineText } from '#worker/recipes/boot';
import { editText } from '#worker/recipes/edit-text';
import { withoutComponents } from '#worker/recipes/repositories';

const set = { edit: 'set' as const, path: '/etc/vzdump.conf', set: { bwlimit: '0' } };
const block = { edit: 'block' as const, path: '/root/.bashrc', block: 'a\nb\n', at: 'end' as const };

describe('an edit in a file of others', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', ':', ' ', '#', '\n', 'bwlimit', 'bwlimit: 5') });

  it('done twice is done once, whatever stands in the file', () => {
    for (const edit of [set, block, { ...block, at: 'start' as const }])
      fc.assert(
        fc.property(text, (before) => {
          const once = editText(before, edit, 'x');
          assert.equal(editText(once, edit, 'x'), once);
        }),
      );
  });

  it('leaves every line that it is not about', () => {
    assert.equal(
      editText('# bwlimit: KBPS\nbwlimit_x: 3\nbwlimit: 5\nionice: 7\nbwlimit: 9\n', set, 'x'),
      '# bwlimit: KBPS\nbwlimit_x: 3\nbwlimit: 0\nionice: 7\n',
    );
  });

  it('changes a block in its place, and no text around it', () => {
    const before = 'mine\n# quorate x begins\nold\n# quorate x ends\nalso mine\n';
    assert.equal(
      editText(before, block, 'x'),
      'mine\n# quorate x begins\na\nb\n# quorate x ends\nalso mine\n',
    );
  });
});

describe('a repository that is switched off', () => {
  it('is so in both forms, and its neighbours stay', () => {
    const line = 'deb http://a bookworm main\ndeb http://b bookworm pve-enterprise\n';
    assert.equal(
      withoutComponents('/x.list', line, ['pve-enterprise']),
      'deb http://a bookworm main\n# deb http://b bookworm pve-enterprise\n',
    );
    const stanzas = 'Types: deb\nComponents: main\n\nEnabled: yes\nTypes: deb\nComponents: pve-enterprise\n';
    const off = 'Types: deb\nComponents: main\n\nEnabled: no\nTypes: deb\nComponents: pve-enterprise\n';
    assert.equal(withoutComponents('/x.sources', stanzas, ['pve-enterprise']), off);
    assert.equal(withoutComponents('/x.sources', off, ['pve-enterprise']), off);
  });
});

describe('a kernel command line', () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9_.]{0,8}(=[a-z0-9,]{1,6})?$/);
  const tokens = fc.uniqueArray(token, { maxLength: 6 });

  it('has the tokens afterwards, has those no longer that should go, and keeps all others in their order', () => {
    fc.assert(
      fc.property(tokens, tokens, tokens, (line, add, some) => {
        const remove = some.filter((one) => !add.includes(one));
        const after = cmdlineText('proxmox-boot-uefi', `${line.join(' ')}\n`, { add, remove });
        const now = (after ?? '')
          .trim()
          .split(' ')
          .filter((one) => one !== '');
        const kept = line.filter((one) => !remove.includes(one));
        assert.deepEqual(now, [...kept, ...add.filter((one) => !kept.includes(one))]);
      }),
    );
  });

  it('never takes a token for another that begins like it', () => {
    const text = 'GRUB_CMDLINE_LINUX_DEFAULT="iommu=pt1 quiet splash"\n';
    assert.equal(
      cmdlineText('grub', text, { add: ['iommu=pt'], remove: ['qui'] }),
      'GRUB_CMDLINE_LINUX_DEFAULT="iommu=pt1 quiet splash iommu=pt"\n',
    );
  });

  it('that a shell works out, or that is not there, is not for us to change', () => {
    for (const text of ['GRUB_CMDLINE_LINUX_DEFAULT="$X quiet"\n', 'GRUB_DEFAULT=0\n', ''])
      assert.equal(cmdlineText('grub', text, { add: ['a'], remove: [] }), null);
    assert.equal(cmdlineText('proxmox-boot-uefi', 'a\nb\n', { add: ['c'], remove: [] }), null);
  });
});
