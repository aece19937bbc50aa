/**
 * One box: a QEMU process with a disk image, two network cards, a console and a null-modem port. Has a power switch,
 * a pause button and a keyboard; what the box does with them is not its business.
 */

import { createWriteStream, type WriteStream } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { waitFor } from './clock';
import { type Keyboard, toShell } from './login';
import { type BoxName, macAddress, SEGMENTS, tapName } from './network';
import { Child } from './processes';

const MACHINE = ['-M', 'pc', '-accel', 'tcg,tb-size=64', '-cpu', 'pentium2', '-m', '128'];
const NOTHING_ELSE = ['-display', 'none', '-vga', 'none', '-nodefaults'];
/**
 * The emulated i82559er and pcnet lose about one packet in 10,000 without any load, which would look like a fault of
 * the pair; rtl8139 delays some by 50 ms.
 */
const CARD = 'e1000';
/** A real card's and QEMU's common watchdog; when it fires, the box is reset. */
const WATCHDOG = ['-device', 'i6300esb', '-action', 'watchdog=reset'];
const COMMAND_DEADLINE_MS = 5000;
const LOGIN_DEADLINE_MS = 20_000;
/** What init writes on a console that nobody uses. */
const NOBODY = 'Please press Enter';
/** Enough for any prompt with what came before it. */
const RECENT_CHARACTERS = 16_384;
/** Lines kept in memory for waiting and checking; the file keeps all. */
const LINES_LIMIT = 20_000;

export interface ConsoleLine {
  readonly atMs: number;
  readonly text: string;
}

export interface BoxOptions {
  readonly name: BoxName;
  readonly namespace: string;
  readonly disk: string;
  /** A second one. */
  readonly moreDisk?: string;
  /** Unix socket of the cable's end. */
  readonly serialPath: string;
  /** Unix sockets that this box makes start with this. */
  readonly socketPrefix: string;
  readonly logFile: string;
  /** From a console that waits for Enter to a shell; the product's login unless told otherwise. */
  readonly logIn?: (keyboard: Keyboard) => Promise<boolean>;
  /** Lab time, for the log. */
  readonly now: () => number;
  readonly onLine: (line: ConsoleLine) => void;
}

export class Box {
  readonly lines: ConsoleLine[] = [];
  private qemu: Child | null = null;
  private console: Socket | null = null;
  private monitor: Socket | null = null;
  private partial = '';
  /** The end of all that was shown, and how much that was: prompts end no line. */
  private recent = '';
  private shown = 0;
  private readTo = 0;
  private commands = 0;
  /** Somebody has logged in since the box started. */
  private atShell = false;
  private readonly servers: Server[] = [];
  private readonly log: WriteStream;
  private readonly visitors = new Set<Socket>();
  /** Told of all that the console shows, as it comes. */
  onBytes: ((text: string) => void) | null = null;
  /** Told of all that the third serial port sends, where a display module may be. */
  onModuleBytes: ((bytes: Uint8Array) => void) | null = null;
  private modulePort: Socket | null = null;

  constructor(readonly options: BoxOptions) {
    this.log = createWriteStream(options.logFile);
  }

  get name(): BoxName {
    return this.options.name;
  }

  /** Where a person reaches the console, e.g. with `nc -U`. */
  get consolePath(): string {
    return `${this.options.socketPrefix}-console`;
  }

  async open(): Promise<void> {
    await this.serve('com1', (socket) => {
      this.console = socket;
      socket.on('data', (bytes) => this.read(bytes));
    });
    await this.serve('com3', (socket) => {
      this.modulePort = socket;
      socket.on('data', (bytes) => this.onModuleBytes?.(bytes));
    });
    await this.serve('qmp', (socket) => {
      this.monitor = socket;
      socket.resume();
      socket.write('{"execute":"qmp_capabilities"}\n');
    });
    await this.serve('console', (socket) => {
      this.visitors.add(socket);
      socket.on('close', () => this.visitors.delete(socket));
      socket.on('data', (bytes) => this.console?.write(bytes));
    });
  }

  powerOn(): void {
    const { namespace, disk, moreDisk, serialPath, socketPrefix } = this.options;
    const cards = SEGMENTS.flatMap((segment) => [
      ...['-netdev', `tap,id=${segment},ifname=${tapName(this.name, segment)},script=no,downscript=no`],
      // No boot over the network: an empty ROM saves the BIOS some seconds.
      ...[
        '-device',
        `${CARD},id=${segment}-card,netdev=${segment},mac=${macAddress(this.name, segment)},romfile=`,
      ],
    ]);
    const ports = [`${socketPrefix}-com1`, serialPath, `${socketPrefix}-com3`].flatMap((path) => [
      '-serial',
      `unix:${path}`,
    ]);
    const drive = [disk, ...(moreDisk === undefined ? [] : [moreDisk])].flatMap((file) => [
      '-drive',
      `file=${file},format=raw,if=ide,cache=unsafe`,
    ]);
    const monitor = ['-qmp', `unix:${socketPrefix}-qmp`];
    const argv = [
      'qemu-system-i386',
      ...MACHINE,
      ...NOTHING_ELSE,
      ...drive,
      ...cards,
      ...ports,
      ...WATCHDOG,
      ...monitor,
    ];
    this.partial = '';
    this.atShell = false;
    this.qemu = new Child(`qemu ${this.name}`, argv, { namespace });
  }

  /** What the display module at the third serial port says. */
  sendModule(bytes: Uint8Array): void {
    this.modulePort?.write(bytes);
  }

  /** Ends the box as a power cut does: at once, in the middle of whatever it was doing. */
  async powerOff(): Promise<void> {
    const qemu = this.qemu;
    this.qemu = null;
    await qemu?.kill();
  }

  /** Stops the processor: the box hangs. */
  pause(): void {
    this.monitor?.write('{"execute":"stop"}\n');
  }

  resume(): void {
    this.monitor?.write('{"execute":"cont"}\n');
  }

  /** Why QEMU ended although nobody turned the box off, or null. */
  get fault(): string | null {
    return this.qemu !== null && !this.qemu.running ? this.qemu.complaint : null;
  }

  /** Types one line into the console's shell and waits for what the command prints. */
  async shell(command: string, deadlineMs = COMMAND_DEADLINE_MS): Promise<string> {
    if (!this.atShell) await this.logIn();
    this.commands += 1;
    const number = this.commands;
    const [begin, end] = [`[${number}<`, `>${number}]`];
    const fromMs = this.options.now();
    // The marks are typed in two pieces, so that the echo of the command line is not taken for its output.
    this.type(`echo "[""${number}<$( ${command} )>""${number}]"`);
    return waitFor(`answer of ${this.name} to "${command}"`, deadlineMs, () => {
      const text = this.textSince(fromMs);
      const start = text.indexOf(begin);
      const stop = text.indexOf(end, start);
      return start < 0 || stop < 0 ? null : text.slice(start + begin.length, stop).trim();
    });
  }

  /** Types a line into the shell and waits for nothing. */
  type(line: string): void {
    this.console?.write(`${line}\n`);
  }

  /** As keys and the terminal's answers come: without a line end. */
  typeKeys(keys: string): void {
    this.console?.write(keys);
  }

  /** Begins to read the screen from here on. */
  look(): void {
    this.readTo = this.shown;
  }

  /** Waits until the screen shows this, behind what the last call has read, and then types. */
  async answer(prompt: string, typed: string, deadlineMs = LOGIN_DEADLINE_MS): Promise<void> {
    await waitFor(`"${prompt}" on the console of ${this.name}`, deadlineMs, () => {
      if (this.fault !== null) throw new Error(this.fault);
      return this.shownSince(this.readTo).includes(prompt) ? true : null;
    });
    this.look();
    this.console?.write(typed);
  }

  /** What the screen has shown since the last `look` or `answer`. */
  get screen(): string {
    return this.shownSince(this.readTo);
  }

  private async logIn(): Promise<void> {
    const { logIn = toShell } = this.options;
    this.atShell = await logIn({
      type: (text) => this.console?.write(text),
      appears: (text) => {
        const from = this.shown;
        const isThere = (): true | null => (this.shownSince(from).includes(text) ? true : null);
        return waitFor(`"${text}" on the console of ${this.name}`, LOGIN_DEADLINE_MS, isThere);
      },
    });
  }

  /** The first console line after `sinceMs` that matches. */
  waitForLine(pattern: RegExp, sinceMs: number, deadlineMs: number): Promise<ConsoleLine> {
    return waitFor(`line ${pattern} on the console of ${this.name}`, deadlineMs, () => {
      if (this.fault !== null) throw new Error(this.fault);
      return this.lines.find((line) => line.atMs >= sinceMs && pattern.test(line.text)) ?? null;
    });
  }

  async close(): Promise<void> {
    await this.powerOff();
    for (const visitor of this.visitors) visitor.destroy();
    for (const server of this.servers) server.close();
    this.log.end();
  }

  private serve(suffix: string, onConnection: (socket: Socket) => void): Promise<void> {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      onConnection(socket);
    });
    this.servers.push(server);
    return new Promise((resolve) => server.listen(`${this.options.socketPrefix}-${suffix}`, resolve));
  }

  private read(bytes: Buffer): void {
    for (const visitor of this.visitors) visitor.write(bytes);
    this.onBytes?.(bytes.toString('latin1'));
    this.recent = (this.recent + bytes.toString('latin1')).slice(-RECENT_CHARACTERS);
    this.shown += bytes.length;
    const pieces = (this.partial + bytes.toString('latin1')).split('\n');
    this.partial = pieces.pop()!;
    for (const piece of pieces) this.addLine(piece);
  }

  private addLine(raw: string): void {
    // Terminal control: clear screen, cursor position requests.
    const text = raw.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '').replace(/\r/g, '');
    const line = { atMs: this.options.now(), text };
    this.lines.push(line);
    if (this.lines.length > LINES_LIMIT) this.lines.shift();
    this.log.write(`${(line.atMs / 1000).toFixed(3).padStart(9)}  ${text}\n`);
    if (text.includes(NOBODY)) this.atShell = false;
    if (text !== '') this.options.onLine(line);
  }

  private shownSince(from: number): string {
    return this.recent.slice(Math.max(0, this.recent.length - (this.shown - from)));
  }

  private textSince(fromMs: number): string {
    const recent = this.lines.filter((line) => line.atMs >= fromMs).map((line) => line.text);
    return [...recent, this.partial].join('\n');
  }
}
