#!/bin/sh
# Rehearses a network change in namespaces of its own: stand-in NICs, the old configuration, the new one, and the way
# back by the very script that would take it back. Called by unshare in a new network and mount namespace.
#
#   rehearse.sh WORK NIC...    WORK holds etc/ (a copy of /etc/network), tx/ and out/
set -u
PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
export PATH LC_ALL
WORK=$1
shift

# What a scene looks like, for the differences that people are shown.
look() {
  ip -j -d addr >"$WORK/out/$1.addr"
  ip -j route >"$WORK/out/$1.route"
  ifquery --check -a >"$WORK/out/$1.check" 2>&1
  echo $? >"$WORK/out/$1.rc"
}

if [ "${1-}" != --inside ]; then
  # sysfs shows the network namespace it was mounted from; all but its virtual NICs is the node's own.
  mount -t sysfs sysfs /sys || exit 1
  ip link set lo up
  count=0
  for nic in "$@"; do
    ip link add "$nic" type veth peer name "far$count" && ip link set "far$count" up || exit 1
    count=$((count + 1))
  done
  # What a post-up line does must not reach the node: everything is read-only, no capability but NET_ADMIN is left.
  exec bwrap --ro-bind / / --dev /dev --proc /proc --ro-bind /proc/sys /proc/sys --bind /proc/sys/net /proc/sys/net \
    --ro-bind /sys /sys --bind /sys/devices/virtual/net /sys/devices/virtual/net \
    --tmpfs /run --dir /run/network --dir /run/lock --tmpfs /tmp --tmpfs /var/tmp \
    --bind "$WORK" "$WORK" --bind "$WORK/etc" /etc/network \
    --unshare-pid --unshare-ipc --unshare-uts --new-session --die-with-parent \
    --cap-drop ALL --cap-add CAP_NET_ADMIN --cap-add CAP_NET_RAW \
    sh "$WORK/rehearse.sh" "$WORK" --inside
fi

ifreload -a >"$WORK/out/before.said" 2>&1
look before
cp -p "$WORK/after" /etc/network/interfaces
rm -f /etc/network/interfaces.new
ifreload -a -s >"$WORK/out/syntax.said" 2>&1
echo $? >"$WORK/out/syntax.rc"
ifreload -a >"$WORK/out/after.said" 2>&1
look after
sh "$WORK/netguard.sh" restore "$WORK/tx" --dry >"$WORK/out/restored.said" 2>&1
look restored
cmp -s "$WORK/tx/before/interfaces" /etc/network/interfaces
echo $? >"$WORK/out/restored.same"
