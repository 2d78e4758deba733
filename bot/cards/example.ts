import { ACTIONS } from '#policies/actions';

/** How a command is typed, as an example that works. */
export const exampleOf = (command: string): string => EXAMPLES[command] ?? `/${command}`;

const EXAMPLES: { readonly [command: string]: string } = {
  snapshot: '/snapshot 101 before-upgrade',
  snapshot_delete: '/snapshot_delete 101 before-upgrade',
  rollback: '/rollback 101 before-upgrade',
  backup: '/backup 101 local',
  set: '/set 101 memory=4096 cores=2',
  disk_grow: '/disk_grow 101 scsi0 +10G',
  migrate: '/migrate 101 pve2',
  recipe: '/recipe pve1 apt-no-translations',
  network: '/network pve1',
  script: '/script plan tune-journal pve1',
  scripts: '/scripts tune-journal',
  recipes: '/recipes apt-ipv4',
  restart: '/restart pve1 pveproxy',
  reboot_node: '/reboot_node pve1',
  undo: '/undo 42',
  undo_subsystem: '/undo_subsystem network pve1 yesterday',
  rules: '/rules apply',
  link: '/link CODE',
  code: '/code 42 123456',
  change: '/change 42',
  why: '/why 42',
  approve: '/approve 42',
  confirm: '/confirm 42 101',
  deny: '/deny 42',
  break_glass: '/break_glass 42 101 reason="the disk is on fire"',
  review: '/review 42 it was right, the disk was failing',
  mode: '/mode read_only reason="storage is broken"',
  freeze: '/freeze 2h reason="storage is broken"',
  thaw: '/thaw',
  withdraw: '/withdraw 42',
  people: '/people add kim viewer',
  role: '/role kim operator',
  scope: '/scope kim pool=web guest=101,200-209',
  enable: '/enable kim',
  disable: '/disable kim reason="phone was stolen"',
  look: '/look 42',
  keep: '/keep 42',
  revert: '/revert 42',
  settle: '/settle 42 done',
  guest: '/guest 101',
  backups: '/backups missing',
  language: '/language es',
  help: '/help stop',
  audit: '/audit 101',
  ...Object.fromEntries(
    Object.values(ACTIONS)
      .filter(
        (action) => action.target === 'guest' && action.positional.length === 0 && action.command !== 'set',
      )
      .map((action) => [action.command, `/${action.command} 101`]),
  ),
};
