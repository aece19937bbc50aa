/** What the box's shell runs for the benchmark. Each leaves what it has to tell in /run/out when it is done. */

/** Arguments: PROGRAM ARGUMENT... */
export const START_SCRIPT = `#!/bin/sh
program=$1
shift
understudy --bytecode /run/drive/$program "$@" >/run/telling 2>&1
mv /run/telling /run/out
`;

/** Arguments: CONFIG SETTLE MEASURE, both in seconds. Tells /proc/stat twice, and mon's memory. */
export const MON_SCRIPT = `#!/bin/sh
ip link set eth1 up
ip address add 10.1.0.11/16 dev eth1 2>/dev/null
D=/run/drive/debian
busybox mount -t proc proc $D/proc
busybox mount -t devtmpfs dev $D/dev
cp /run/drive/$1 $D/etc/mon/bench.cf
busybox chroot $D /usr/bin/perl /usr/sbin/mon -c /etc/mon/bench.cf >/run/mon.log 2>&1 &
mon=$!
sleep $2
head -n 1 /proc/stat >/run/telling
sleep $3
head -n 1 /proc/stat >>/run/telling
grep VmRSS /proc/$mon/status >>/run/telling 2>&1 || cat /run/mon.log >>/run/telling
kill $mon
sleep 2
umount $D/proc $D/dev
mv /run/telling /run/out
`;
