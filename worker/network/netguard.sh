#!/bin/sh
# Takes a network change back that nobody kept. Needs sh, coreutils, util-linux and ifupdown2: no worker, no Node.
#
#   netguard.sh wait TX SECONDS      restore after so long, unless it was kept
#   netguard.sh restore TX           restore now; 3 = it was kept, 1 = the network is not as it was
#   netguard.sh restore TX --dry     the same in a rehearsal: the state of TX stays as it is
#   netguard.sh boot STATE           before networking starts: put back the files of all that was not kept
#
# TX is a folder of STATE. Its state is the name of one file in it, and changes by one rename(2):
# armed -> kept, or armed -> restoring -> restored.
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
ETC=/etc/network

# Only one of keep and restore can rename the one file; a restore that was cut short goes on.
claim() {
  mv -T "$1/armed" "$1/restoring" 2>/dev/null || [ -e "$1/restoring" ]
}

# What is there now is kept beside it, in case somebody edited it meanwhile.
put_back() {
  for name in interfaces interfaces.new; do
    if [ -e "$ETC/$name" ]; then cp -p "$ETC/$name" "$1/displaced.$name"; fi
    if [ -e "$1/before/$name" ]; then
      cp -p "$1/before/$name" "$ETC/.$name.quorate" &&
        sync "$ETC/.$name.quorate" &&
        mv -fT "$ETC/.$name.quorate" "$ETC/$name" || return 1
    else
      rm -f "$ETC/$name"
    fi
  done
  sync "$ETC"
}

# An ifreload of a worker that was killed may still hold ifupdown2's lock: it is tried again until the check passes.
reload() {
  tries=0
  while [ "$tries" -lt 30 ]; do
    ifreload -a
    if ifquery --check -a >/dev/null; then return 0; fi
    tries=$((tries + 1))
    sleep 0.5
  done
  return 1
}

restore() {
  if [ "$2" = --dry ]; then
    put_back "$1" && reload
    return
  fi
  if [ -e "$1/restored" ]; then return 0; fi
  claim "$1" || [ -e "$1/restored" ] || return 3
  exec 9>"$1/lock"
  flock 9
  if [ -e "$1/restored" ]; then return 0; fi
  put_back "$1" && reload && mv -T "$1/restoring" "$1/restored"
}

case "${1-}" in
wait)
  echo $$ >"$2/timer"
  sleep "$3"
  restore "$2" ''
  ;;
restore) restore "$2" "${3-}" ;;
boot)
  failed=0
  for tx in "$2"/*/; do
    tx=${tx%/}
    if claim "$tx"; then put_back "$tx" && mv -T "$tx/restoring" "$tx/restored" || failed=1; fi
  done
  exit "$failed"
  ;;
*)
  echo 'usage: netguard.sh wait TX SECONDS | restore TX [--dry] | boot STATE' >&2
  exit 2
  ;;
esac
