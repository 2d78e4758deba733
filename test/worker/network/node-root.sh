#!/bin/sh
# A node for tests in a network and a mount namespace of its own: the machine's /usr with the real ifupdown2 laid over it,
# and /etc, /var, /run and /tmp of its own. Its NICs end in a second network namespace, where a gateway answers.
#
#   unshare --net --mount sh node-root.sh ROOT IFUPDOWN2
set -e
R=$1
mount --make-rprivate /
mount --bind "$R" "$R"
cd "$R"
mkdir -p usr proc sys dev run/network run/lock tmp etc/network etc/default etc/iproute2 var/tmp var/lib old
for folder in bin sbin lib lib64; do ln -sfn "usr/$folder" "$folder"; done
mount -t overlay none -o "lowerdir=$2/usr:/usr" usr
mount -t proc proc proc
mount -t sysfs sysfs sys
mount --rbind /dev dev
cp -r "$2/etc/network/ifupdown2" etc/network/
cp "$2/etc/default/networking" etc/default/
cp /etc/passwd /etc/group /etc/ld.so.cache etc/
pivot_root . old
umount -l old
ip link set lo up
unshare --net sleep 600 &
far=$!
until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ] && [ -e /proc/$far/ns/net ]; do sleep 0.02; done
for nic in nic1:192.0.2.1 nic2:198.51.100.1; do
  name=${nic%%:*}
  ip link add "$name" type veth peer name far0 netns "$far"
  nsenter --target "$far" --net ip link set far0 name "far-$name"
  nsenter --target "$far" --net ip addr add "${nic#*:}/24" dev "far-$name"
  nsenter --target "$far" --net ip link set "far-$name" up
done
echo "ready $far"
exec sleep 600
