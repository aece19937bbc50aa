import { describe, expect, test } from 'vitest';
import { echoRequest } from '../../../../src/host/echo';
import type { Result } from '../../../../src/host/host';
import { fpingProbe, pingProbe } from '../../../../src/monitor/checks/ping';
import { bytesOf, type Probe, type ProbeOf } from '../../../../src/monitor/checks/probe';
import { udpProbe } from '../../../../src/monitor/checks/udp';

const made = (probeOf: ProbeOf, line: string): Result<Probe> => probeOf(line.split(' '), 3000);

function probe(probeOf: ProbeOf, line: string): Probe {
  const result = made(probeOf, line);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('udp.monitor', () => {
  test('sends its payload, and again when nothing comes', () => {
    expect(probe(udpProbe, 'udp.monitor -p 9 -x 00ff -t 1.5').exchange('10.0.0.1')).toMatchObject({
      transport: 'udp',
      address: '10.0.0.1',
      port: 9,
      request: Uint8Array.of(0, 255),
      deadlineMs: 1500,
      resend: { everyMs: 500, times: 2 },
    });
  });

  test('looks for a text in the answer', () => {
    const { judge } = probe(udpProbe, 'udp.monitor -p 9 -d ping -e pong');
    expect(judge({ ok: true, value: { bytes: bytesOf('a pong!'), end: 'enough' } })).toBeNull();
    expect(judge({ ok: true, value: { bytes: bytesOf('a pon\n'), end: 'enough' } })).toBe(
      'answered "a pon." without "pong"',
    );
    expect(judge({ ok: false, error: 'silence' })).toBe('silence');
  });

  test.each([
    ['-d x', 'udp.monitor needs -p PORT'],
    ['-p 9 -x 0', '-x "0" is not at most 512 bytes in hexadecimal'],
    ['-p 0', '-p "0" is not a port from 1 to 65535'],
  ])('%j is refused', (options, error) => {
    expect(made(udpProbe, `udp.monitor ${options}`)).toEqual({ ok: false, error });
  });
});

describe('pings', () => {
  /** A reply behind an IPv4 header. */
  const reply = (identifier: number, type = 0): Uint8Array => {
    const packet = new Uint8Array(28);
    packet[0] = 0x45;
    packet.set(echoRequest(identifier, 1), 20);
    packet[20] = type;
    return packet;
  };

  test("are sent as the scripts' options say", () => {
    expect(probe(pingProbe, 'ping.monitor -c 3').exchange('10.0.0.1')).toMatchObject({
      transport: 'icmp',
      deadlineMs: 3000,
      resend: { everyMs: 1000, times: 2 },
    });
    expect(probe(fpingProbe, 'fping.monitor -r 5 -t 50').exchange('10.0.0.1')).toMatchObject({
      resend: { everyMs: 50, times: 5 },
    });
    expect(probe(fpingProbe, 'fping.monitor -ar5 -t50')).toMatchObject({ anyIsEnough: true });
    expect(probe(fpingProbe, 'fping.monitor -ar5 -t50').exchange('10.0.0.1')).toMatchObject({
      resend: { everyMs: 50, times: 5 },
    });
    expect(probe(fpingProbe, 'fping.monitor -s 200').exchange('10.0.0.1')).toMatchObject({
      deadlineMs: 200,
      resend: { times: 0 },
    });
  });

  test('are answered by an echo reply to them', () => {
    const { next } = probe(pingProbe, 'ping.monitor').exchange('10.0.0.1');
    expect(next?.(reply(0))).toBe('enough');
    expect(next?.(reply(77))).toBeNull();
    expect(next?.(reply(0, 3))).toBeNull();
    expect(next?.(new Uint8Array(5))).toBeNull();
  });

  test.each([
    ['ping.monitor -6', 'ping.monitor cannot take -6 here: hosts are pinged over IPv4'],
    ['ping.monitor -c 2 -c 3', 'ping.monitor takes -c once'],
    ['ping.monitor -c 0', '-c "0" is not a whole number from 1 to 20'],
  ])('%j is refused', (line, error) => {
    expect(made(pingProbe, line)).toEqual({ ok: false, error });
  });

  test('fping.monitor -T is refused with its reason', () => {
    expect(made(fpingProbe, 'fping.monitor -T')).toEqual({
      ok: false,
      error: 'fping.monitor cannot take -T here: a check that traces routes takes longer than it may',
    });
  });
});
