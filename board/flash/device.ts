/**
 * What a disk is and whether an image may be written to it, from what lsblk(8) tells. Pure: reads and writes nothing.
 */

/** One entry of what lsblk(8) writes, as {@link LSBLK_ARGUMENTS} ask for it. */
export interface BlockDevice {
  readonly path: string;
  /** `disk`, `part`, `crypt`, `lvm`, `loop`, ... */
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly model: string | null;
  /** How it is connected, e.g. `usb`. */
  readonly tran: string | null;
  readonly ro: boolean;
  readonly fstype: string | null;
  readonly label: string | null;
  readonly mountpoints: readonly (string | null)[];
  readonly children?: readonly BlockDevice[];
}

const COLUMNS = 'PATH,TYPE,SIZE,MODEL,TRAN,RO,FSTYPE,LABEL,MOUNTPOINTS';
/** Without `--tree`, what lies on a disk stands beside it, and a mounted partition would not be seen as the disk's. */
export const LSBLK_ARGUMENTS = ['--tree', '--json', '--bytes', '--output', COLUMNS] as const;

const MB = 1000 * 1000;
/** Places of a running system; a disk that holds one of them is never an image's target. */
const SYSTEM_PLACES = ['/', '/boot', '/boot/efi', '/usr', '/var', '/home', '[SWAP]'];

/** Lines that show a person which disk this is: model and size, then what is on it. */
export function description(device: BlockDevice): string[] {
  const model = device.model?.trim() || 'a disk that does not tell its model';
  const connected = device.tran === null ? '' : `, by ${device.tran}`;
  const holds = (device.children ?? []).map(content);
  const own = device.fstype === null ? [] : [content(device)];
  return [
    `${device.path}: ${model}, ${sizeText(device.size)}${connected}`,
    ...(holds.length + own.length === 0 ? ['  holds nothing that is known'] : [...own, ...holds]),
  ];
}

/**
 * Why the image must not be written there, in one sentence; `null` if it may.
 * @param imageBytes size of the image
 */
export function hindrance(device: BlockDevice, imageBytes: number): string | null {
  const { path } = device;
  if (device.type === 'part')
    return `${path} is a partition: the image is for a whole disk, e.g. ${path.replace(/p?\d+$/, '')}.`;
  if (!['disk', 'loop'].includes(device.type)) return `${path} is no disk: lsblk calls it "${device.type}".`;
  if (device.ro) return `${path} is write-protected.`;
  const places = family(device).flatMap((one) => one.mountpoints.filter((place) => place !== null));
  const system = places.find((place) => SYSTEM_PLACES.includes(place));
  if (system !== undefined)
    return `${path} holds ${system} of the system that runs here: this disk is never written.`;
  if (places.length > 0) return `${path} is in use: "umount ${places[0]}" first.`;
  const user = (device.children ?? []).flatMap(family).find(({ type }) => type !== 'part');
  if (user !== undefined) return `${path} is in use: it holds ${user.path}, a ${user.type} that is open.`;
  if (device.size < imageBytes)
    return `${path} has ${sizeText(device.size)}: too small for the image's ${sizeText(imageBytes)}.`;
  return null;
}

function content(device: BlockDevice): string {
  const label = device.label === null ? '' : ` "${device.label}"`;
  const mounted = device.mountpoints.filter((place) => place !== null).join(', ');
  return `  ${device.path}: ${device.fstype ?? 'unknown'}${label}, ${sizeText(device.size)}${mounted && `, mounted on ${mounted}`}`;
}

/** A disk and all that lies on it. */
function family(device: BlockDevice): BlockDevice[] {
  return [device, ...(device.children ?? []).flatMap(family)];
}

/** As makers of disks count. */
function sizeText(bytes: number): string {
  return bytes < 10_000 * MB ? `${Math.floor(bytes / MB)} MB` : `${Math.floor(bytes / MB / 1000)} GB`;
}
