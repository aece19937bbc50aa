/**
 * The machines that the image must run on: one usual box, and boxes that differ from it in one thing. Only data: what is
 * expected of them is in boot.ts.
 */

export interface Machine {
  /** What is different about it. */
  readonly kind: 'usual' | 'processor' | 'memory' | 'network' | 'disk' | 'watchdog' | 'too small';
  readonly name: string;
  readonly cpu: string;
  readonly memoryMB: number;
  /** QEMU's name of both network cards. */
  readonly card: string;
  readonly disk: Disk;
  /** QEMU device of the watchdog, and how GRUB must start the kernel for it. */
  readonly watchdog: { readonly device: string; readonly arguments: string } | null;
  /** A machine that is not up to it says this on its serial port; `null` for one that serves. */
  readonly says: RegExp | null;
}

export type Disk = 'ide' | 'ahci' | 'virtio' | 'usb';

const USUAL: Machine = {
  kind: 'usual',
  name: 'pentium2, 128 MB',
  cpu: 'pentium2',
  memoryMB: 128,
  card: 'e1000',
  disk: 'ide',
  watchdog: null,
  says: null,
};

const PROCESSORS = ['pentium', 'pentium3', 'athlon', 'coreduo', 'n270', 'qemu64'];
const CARDS = ['rtl8139', 'i82559er', 'ne2k_pci', 'pcnet', 'tulip', 'e1000e', 'vmxnet3', 'virtio-net-pci'];
const DISKS: readonly Disk[] = ['ahci', 'virtio', 'usb'];
/** As board/boot.json has it, so that the driver that takes every PC for its own keeps quiet. */
const USUAL_ARGUMENTS = 'initcall_blacklist=ibwdt_init';

/** All of them, in the order of the table. */
export const MACHINES: readonly Machine[] = [
  USUAL,
  ...PROCESSORS.map((cpu): Machine => ({ ...USUAL, kind: 'processor', name: cpu, cpu })),
  ...[32, 64].map((memoryMB): Machine => ({ ...USUAL, kind: 'memory', name: `${memoryMB} MB`, memoryMB })),
  ...CARDS.map((card): Machine => ({ ...USUAL, kind: 'network', name: card, card })),
  ...DISKS.map((disk): Machine => ({ ...USUAL, kind: 'disk', name: disk, disk })),
  {
    ...USUAL,
    kind: 'watchdog',
    name: 'i6300esb',
    watchdog: { device: 'i6300esb', arguments: USUAL_ARGUMENTS },
  },
  { ...USUAL, kind: 'watchdog', name: 'ib700', watchdog: { device: 'ib700', arguments: '' } },
  { ...USUAL, kind: 'too small', name: '486', cpu: '486', says: /requires an i586 CPU/ },
  { ...USUAL, kind: 'too small', name: '16 MB', memoryMB: 16, says: /too little memory/ },
];
