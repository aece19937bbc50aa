/**
 * What a heartbeat 3.0.6 (Debian 12, 1:3.0.6-13+b2) sent as UDP broadcasts, one datagram for each method; Latin-1. Its
 * authkeys are those of the texts beside this file.
 */

export const DATAGRAMS = {
  md5: '###\n11:(0)t=status,8:(0)st=up,10:(0)dt=1b58,13:(0)protocol=1,11:(0)src=lb-a,27:(1)srcuuid=t\xd8\xea\xf2\xe5JJg\x87\xf1v@\x7fV2x,8:(0)seq=4,14:(0)hg=6b0358fa,14:(0)ts=6b0358f9,29:(0)ld=0.85 0.65 0.51 1/127 44,8:(0)ttl=3,42:(0)auth=1 f79a7e4cfd424b0cbe2dc9a733830053,%%%\n34:1 423234fcd8a371cd3084cba419314a17,',
  sha1: '###\n14:(0)t=NS_ackmsg,12:(0)dest=lb-a,11:(0)ackseq=7,28:(1)destuuid=_M\xe5"l`@K\xac\x98\x03g{F\xd6\x1a,11:(0)src=lb-a,27:(1)srcuuid=_M\xe5"l`@K\xac\x98\x03g{F\xd6\x1a,14:(0)hg=6b035911,14:(0)ts=6b035911,8:(0)ttl=3,50:(0)auth=2 c1af1828f0203cb0b0fba9e7f5ec2f5623fc7cca,%%%\n42:2 582402ac22e3b02354c42c98352607872f92806a,',
  crc: '###\n13:(0)t=resource,16:(0)rsc_hold=none,13:(0)rtype=full,13:(0)isstable=0,11:(0)src=lb-b,27:(1)srcuuid=\xf1\x01yd\xda0E\xd6\xb0=\x87\x98\x1c\xe0\xbd\xdb,8:(0)seq=a,14:(0)hg=6b035928,14:(0)ts=6b035928,29:(0)ld=0.78 0.66 0.52 3/136 60,8:(0)ttl=3,18:(0)auth=3 2ab44514,%%%\n10:3 d738b39a,',
};
