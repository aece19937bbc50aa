import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Program, program } from './host/harness';
import { PAIR, TestPair, until } from './pair-harness';

let folder = '';
let running: Program | null = null;
let server: Server | null = null;
const sockets = new Set<Socket>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-alerts-'));
});

afterEach(async () => {
  await running?.kill();
  running = null;
  for (const socket of sockets) socket.destroy();
  server?.close();
  server = null;
  rmSync(folder, { recursive: true });
});

/** A relay on a free port of the loopback interface. */
async function listen(serve: (socket: Socket) => void): Promise<number> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function give(port: number, count: number, ...lines: readonly string[]): Promise<Program> {
  const mail = { relay: { address: '127.0.0.1', port }, from: null, hostname: null };
  running = await program('alerts.ts', ['give', JSON.stringify({ mail }), String(count), ...lines]);
  return running;
}

/** What a relay has taken. */
interface Taken {
  readonly envelope: string[];
  message: string;
}

/**
 * A relay that takes mails, as RFC 5321 has it.
 * @param answer what it says to a line; null for the usual
 * @param onMail each mail that was taken
 */
function relay(onMail: (mail: Taken) => void, answer: (line: string) => string | null = () => null) {
  return (socket: Socket): void => {
    let taken: Taken = { envelope: [], message: '' };
    let inMessage = false;
    let rest = '';
    socket.write('220 relay\r\n');
    socket.on('data', (data) => {
      rest += data.toString('latin1');
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (inMessage && line !== '.') taken.message += `${line.replace(/^\.\./, '.')}\n`;
        else if (inMessage) {
          inMessage = false;
          onMail(taken);
          taken = { envelope: [], message: '' };
          socket.write('250 taken\r\n');
        } else {
          taken.envelope.push(line);
          inMessage = line === 'DATA';
          const usual = inMessage ? '354 go' : line === 'QUIT' ? '221 bye' : '250-ok\r\n250 more';
          socket.write(`${answer(line) ?? usual}\r\n`);
          if (line === 'QUIT') socket.end();
        }
      }
    });
  };
}

/** A value that comes later. */
function later<T>() {
  let resolve: (value: T) => void = () => {};
  const value = new Promise<T>((run) => {
    resolve = run;
  });
  return { value, resolve };
}

describe('mail', () => {
  it('goes to the relay', async () => {
    const first = later<Taken>();
    await give(await listen(relay(first.resolve)), 1, 'mail -f a@example.org root b@example.org');
    const { envelope, message } = await first.value;
    expect(envelope).toEqual([
      'EHLO lead',
      'MAIL FROM:<a@example.org>',
      'RCPT TO:<root>',
      'RCPT TO:<b@example.org>',
      'DATA',
    ]);
    expect(message).toContain('Subject: ALERT web/http: 10.0.0.1\n');
    expect(message).toMatch(/\n\.dot\n10\.0\.0\.1: refused\n$/);
  });

  it('waits in a bounded queue, and one mail tells of the rest', async () => {
    const mails: Taken[] = [];
    const summary = later<Taken>();
    const onMail = (mail: Taken): void => {
      mails.push(mail);
      if (mail.message.includes('more alerts without a mail of their own')) summary.resolve(mail);
    };
    const box = await give(await listen(relay(onMail)), 100, 'mail root');
    const { message } = await summary.value;
    expect(message).toContain('Subject: ALERT 68 more alerts without');
    expect(mails).toHaveLength(33);
    expect(box.said.filter(({ event }) => event === 'mail-overflow')).toHaveLength(1);
  });

  it('is tried again after nonsense, and goes then', async () => {
    const told = later<Taken>();
    let connections = 0;
    const good = relay(told.resolve);
    const port = await listen((socket) => {
      connections += 1;
      if (connections === 1) socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      else good(socket);
    });
    const box = await give(port, 1, 'mail root');
    expect(await box.until({ event: 'mail-relay-fails' })).toMatchObject({
      sentence:
        'mails of alerts wait, as the relay does not take them: where its greeting was expected, it said "HTTP/1.1 400 Bad Request", which is not SMTP',
    });
    expect((await told.value).envelope).toContain('RCPT TO:<root>');
    await box.until({ event: 'mail-relay-works' });
    expect(connections).toBe(2);
  });

  it.each<[string, (socket: Socket) => void, RegExp]>([
    ['refuses', (socket) => socket.write('554 go away\r\n'), /it said "554 go away"$/],
    ['drops', (socket) => socket.end('220 hi\r\n'), /(hung up before|connection reset)/],
    [
      'resets',
      (socket) => socket.once('data', () => socket.resetAndDestroy()).write('220 hi\r\n'),
      /connection reset/,
    ],
    ['never ends a line', (socket) => socket.write('2'.repeat(100_000)), /an endless reply/],
    ['never ends a reply', (socket) => socket.write('220-x\r\n'.repeat(10_000)), /an endless reply/],
    ['is binary', (socket) => socket.write(Buffer.from([0, 255, 10, 13, 10])), /which is not SMTP$/],
  ])('tells of a relay that %s', async (_, serve, sentence) => {
    const box = await give(await listen(serve), 1, 'mail root');
    expect((await box.until({ event: 'mail-relay-fails' })).sentence).toMatch(sentence);
  });

  it('tells of a recipient and of a mail that the relay does not take', async () => {
    const mails: Taken[] = [];
    const onMail = (mail: Taken): void => void mails.push(mail);
    const answer = (line: string): string | null => (line.includes('nobody') ? '550 no such user' : null);
    const box = await give(await listen(relay(onMail, answer)), 1, 'mail nobody root', 'mail nobody');
    expect((await box.until({ event: 'mail-refused' })).sentence).toBe(
      'the relay does not take the mail "ALERT web/http: 10.0.0.1" for nobody: "550 no such user"',
    );
    await box.until({
      sentence:
        'the relay does not take the mail "ALERT web/http: 10.0.0.1": where the answer to RCPT was expected, it said "550 no such user"',
    });
    expect(mails).toHaveLength(1);
  });

  it('holds up nothing when the relay says nothing, nor do programs that hang', async () => {
    const asked = later<null>();
    const port = await listen(() => asked.resolve(null));
    const script = join(folder, 'hang');
    writeFileSync(script, "#!/bin/sh\ntrap '' TERM\nexec sleep 2\n", { mode: 0o755 });
    const box = await give(port, 10, 'mail root', `exec ${script}`, 'console');
    await asked.value;
    await box.until({ given: true });
    box.signal('SIGTERM');
    const said = await box.all();
    expect(said.map(({ event }) => event)).toEqual([...Array(10).fill('alert'), undefined]);
  });
});

describe('syslog', () => {
  it('sends a datagram to a host', async () => {
    const socket = createSocket('udp4');
    const got = later<string>();
    socket.on('message', (bytes) => got.resolve(bytes.toString('latin1')));
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
    await give(25, 1, `syslog -r 127.0.0.1:${socket.address().port} -f local2 -p crit`);
    expect(await got.value).toBe(
      '<146>1 2026-07-06T12:00:00.900Z lead understudy - failure - http of web failed: 10.0.0.1; .dot 10.0.0.1: refused',
    );
    socket.close();
  });

  it('sends a datagram to a local socket, and never waits for one that nobody reads', async () => {
    const path = join(folder, 'log');
    const said = await (await program('alerts.ts', ['local', path])).all();
    expect(said).toEqual([
      { sent: { ok: true, value: null } },
      { text: 'hi' },
      { full: `cannot send to ${path}: would block (EAGAIN)` },
      { closed: { ok: false, error: expect.stringMatching(/^cannot send to .*log: .*\(ECONNREFUSED\)$/) } },
      { missing: { ok: false, error: expect.stringMatching(/\.not: no such file or device \(ENOENT\)$/) } },
    ]);
  });
});

describe('programs', () => {
  it("get mon's arguments, environment and input", async () => {
    const script = join(folder, 'page');
    const out = join(folder, 'out');
    writeFileSync(
      script,
      `#!/bin/sh\n{ printf '<%s>' "$@"; echo; echo $MON_ALERTTYPE $MON_RETVAL $MON_GROUP; cat; } > ${out}.part\nmv ${out}.part ${out}\nexit 7\n`,
      { mode: 0o755 },
    );
    const box = await give(25, 1, `exec ${script} own -x`);
    await box.until({ sentence: `alert ${script} for http of web: it ended with status 7` });
    expect(readFileSync(out, 'utf8')).toBe(
      '<-s><http><-g><web><-h><10.0.0.1><-t><1783339200><own><-x>\nfailure 1 web\n10.0.0.1\n.dot\n10.0.0.1: refused\n',
    );
  });

  it('that are not there are told of once', async () => {
    const missing = join(folder, 'missing');
    const box = await give(25, 20, `exec ${missing}`, `exec /bin/false`);
    await box.until({ sentence: 'alert /bin/false for http of web: it ended with status 1' });
    await box.until({
      sentence: `alert ${missing} for http of web: cannot run ${missing}: no such file or device (ENOENT)`,
    });
    box.signal('SIGTERM');
    const said = await box.all();
    expect(said.filter(({ event }) => event === 'alert-failed')).toHaveLength(2);
    expect(existsSync(missing)).toBe(false);
  });
});

describe('a box', () => {
  const pair = new TestPair();
  const watch = 'set watch 10.1.0.2 service shop';
  const timing = 'set heartbeat timing default\n';
  const watched = `${PAIR}${timing}${watch} monitor "tcp.monitor -p 9"\n${watch} period always alert "console call Anna"\n`;

  afterAll(() => pair.close());

  it('shows what console says among its events, and takes a relay while it runs', async () => {
    await pair.open();
    pair.configure('left', watched);
    pair.start('left');
    await until('the start', () => existsSync(pair.file('left', 'log')));
    const sentence = 'alert: shop of 10.1.0.2 failed: 10.1.0.2 (call Anna)';
    await until('the alert', () => pair.events('left').includes('alert'));
    expect(pair.status('left').events).toContainEqual({
      wallMs: expect.any(Number),
      level: 'error',
      sentence,
    });
    const mail = `${watched}${watch} period always alert "mail root"\n`;
    expect(await pair.commit('left', mail)).toMatchObject({
      ok: false,
      faults: [expect.stringContaining('mail needs a relay that takes its mails; add a line like')],
    });
    expect(await pair.commit('left', `${mail}set alerting mail relay 10.1.0.2:25\n`)).toMatchObject({
      ok: true,
    });
    await until('the mail', () => pair.events('left').includes('mail-relay-fails'));
  });
});
