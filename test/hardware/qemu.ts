/** One emulated machine: QEMU's command line for it, its console, its null-modem port, and the frames of its two cards. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Disk, Machine } from './machines';

const NOTHING_ELSE = ['-accel', 'tcg,tb-size=64', '-display', 'none', '-vga', 'none', '-nodefaults'];
const LOOPBACK = '127.0.0.1';
/** Console text kept, in characters: far above what a boot writes. */
const CONSOLE_LIMIT = 1024 * 1024;

export interface Handlers {
  /** A frame left the card with this number, 0 or 1. */
  onFrame(card: number, frame: Buffer): void;
  /** Bytes left the null-modem port. */
  onSerial(bytes: Buffer): void;
}

/** The MAC address of a card. */
export function macAddress(card: number): string {
  return `52:54:00:75:00:0${card}`;
}

export class Qemu {
  /** What the console has shown since power-on. */
  console = '';
  private child: ChildProcess | null = null;
  private keyboard: Socket | null = null;
  private readonly servers: Server[] = [];
  private readonly wires: { readonly socket: Datagrams; readonly port: number }[] = [];
  private complaint = '';

  /** @param folder for its sockets, short: a Unix socket's path has at most 107 bytes */
  constructor(
    private readonly machine: Machine,
    private readonly image: string,
    private readonly folder: string,
    private readonly handlers: Handlers,
  ) {}

  async powerOn(): Promise<void> {
    const console = await this.serve('console', (socket) => {
      this.keyboard = socket;
      socket.setEncoding('latin1').on('data', (text: string) => {
        if (this.console.length < CONSOLE_LIMIT) this.console += text;
      });
    });
    const modem = await this.serve('modem', (socket) => socket.on('data', this.handlers.onSerial));
    const cards: string[] = [];
    for (const card of [0, 1]) {
      const [own, peer] = [await bound(), await bound()];
      // The port is QEMU's from now on.
      await new Promise<void>((resolve) => peer.socket.close(() => resolve()));
      own.socket.on('message', (frame) => this.handlers.onFrame(card, frame));
      this.wires.push({ socket: own.socket, port: peer.port });
      cards.push(
        '-netdev',
        `socket,id=net${card},udp=${LOOPBACK}:${own.port},localaddr=${LOOPBACK}:${peer.port}`,
        '-device',
        `${this.machine.card},netdev=net${card},mac=${macAddress(card)},romfile=`,
      );
    }
    const { cpu, memoryMB, disk, watchdog } = this.machine;
    this.child = spawn(
      'qemu-system-i386',
      [
        ...['-M', 'pc', '-cpu', cpu, '-m', String(memoryMB), ...NOTHING_ELSE],
        ...['-serial', `unix:${console}`, '-serial', `unix:${modem}`],
        ...diskArguments(disk, this.image),
        ...cards,
        ...(watchdog === null ? [] : ['-device', watchdog.device, '-action', 'watchdog=reset']),
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.complaint += text;
    });
  }

  /** Why QEMU is not running, or null. */
  get fault(): string | null {
    if (this.child === null || (this.child.exitCode === null && this.child.signalCode === null)) return null;
    return `QEMU has ended: ${this.complaint.trim()}`;
  }

  type(text: string): void {
    this.keyboard?.write(text);
  }

  /** Puts a frame on the wire of a card. */
  send(card: number, frame: Buffer): void {
    const wire = this.wires[card]!;
    wire.socket.send(frame, wire.port, LOOPBACK);
  }

  async powerOff(): Promise<void> {
    const child = this.child;
    if (child !== null && this.fault === null) {
      const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
      child.kill('SIGKILL');
      await ended;
    }
    for (const { socket } of this.wires) socket.close();
    for (const server of this.servers) server.close();
  }

  private async serve(name: string, onConnection: (socket: Socket) => void): Promise<string> {
    const path = join(this.folder, name);
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      onConnection(socket);
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(path, resolve));
    return path;
  }
}

function diskArguments(disk: Disk, image: string): string[] {
  const drive = (more: string): string[] => ['-drive', `file=${image},format=raw,cache=unsafe,${more}`];
  switch (disk) {
    case 'ide':
      return drive('if=ide');
    case 'virtio':
      return drive('if=virtio');
    case 'ahci':
      return [
        ...drive('if=none,id=disk'),
        '-device',
        'ahci,id=ahci',
        '-device',
        'ide-hd,bus=ahci.0,drive=disk',
      ];
    case 'usb':
      return [...drive('if=none,id=disk'), '-device', 'piix3-usb-uhci', '-device', 'usb-storage,drive=disk'];
  }
}

async function bound(): Promise<{ socket: Datagrams; port: number }> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, LOOPBACK, resolve));
  return { socket, port: socket.address().port };
}
