import { describe, expect, it } from 'vitest';
import type { Findings } from '../../hardware/boot';
import { answers, arpRequest, isHeartbeat } from '../../hardware/frames';
import { MACHINES } from '../../hardware/machines';
import { failure, table } from '../../hardware/table';

const MAC = '52:54:00:75:00:99';
/** The box's answer that it has 10.0.0.1, as captured. */
const REPLY = Buffer.from(
  '52540075009952540075000108060001080006040002525400750001' +
    '0a000001' +
    '5254007500990a000063'.padEnd(56, '0'),
  'hex',
);
const udp = (port: number, payload: string): Buffer => {
  const frame = Buffer.alloc(42 + payload.length);
  frame.writeUInt16BE(0x0800, 12);
  frame[14] = 0x45;
  frame[23] = 17;
  frame.writeUInt16BE(port, 36);
  frame.write(payload, 42);
  return frame;
};

describe('frames', () => {
  it('answer a question only for that address and that asker', () => {
    expect(answers(REPLY, MAC, '10.0.0.1')).toBe(true);
    expect(answers(REPLY, MAC, '10.0.0.2')).toBe(false);
    expect(answers(REPLY, '52:54:00:75:00:98', '10.0.0.1')).toBe(false);
    expect(answers(arpRequest(MAC, '10.0.0.1', '10.0.0.99'), MAC, '10.0.0.1')).toBe(false);
    expect(answers(REPLY.subarray(0, 20), MAC, '10.0.0.1')).toBe(false);
  });

  it('ask as RFC 826 has it', () => {
    const frame = arpRequest(MAC, '10.0.0.99', '10.0.0.1');
    expect(frame.toString('hex', 0, 42)).toBe(
      'ffffffffffff' +
        '525400750099' +
        '0806' +
        '0001080006040001' +
        '525400750099' +
        '0a000063' +
        '000000000000' +
        '0a000001',
    );
    expect(frame).toHaveLength(60);
  });

  it('are heartbeats by port and text', () => {
    expect(isHeartbeat(udp(694, '>>>\nt=status\n'))).toBe(true);
    expect(isHeartbeat(udp(695, '>>>\nt=status\n'))).toBe(false);
    expect(isHeartbeat(udp(694, 'something else'))).toBe(false);
    expect(isHeartbeat(REPLY)).toBe(false);
  });
});

describe('the verdict on a machine', () => {
  const good: Findings = {
    consoleS: 5,
    serialBeatS: 6,
    netBeatS: 6.04,
    servingS: 9,
    usedMB: 5.25,
    reset: null,
    said: null,
    console: '',
  };
  const [usual] = MACHINES;
  const machine = (name: string) => MACHINES.find((one) => one.name === name)!;

  it('is good only if it did everything', () => {
    expect(failure(usual!, good)).toBeNull();
    expect(failure(usual!, { ...good, netBeatS: null, servingS: null })).toBe(
      'no heartbeat on the network, the addresses do not answer',
    );
    expect(failure(machine('ib700'), { ...good, reset: false })).toBe('not reset by its watchdog');
    expect(failure(machine('486'), { ...good, said: false })).toBe('does not say that it is too small');
    expect(failure(machine('486'), { ...good, said: true })).toBeNull();
  });

  it('is the last column of the table', () => {
    const text = table([
      { machine: usual!, findings: good },
      { machine: machine('i6300esb'), findings: { ...good, reset: true } },
    ]);
    expect(text.split('\n').slice(1)).toEqual([
      'usual     pentium2, 128 MB  5.0 s    6.0 s        6.0 s     9.0 s    5.3 MB  good',
      'watchdog  i6300esb          5.0 s    6.0 s        6.0 s     9.0 s    5.3 MB  good, and reset when hung',
      '',
    ]);
  });

  it('covers what the hardware list asks for', () => {
    const names = MACHINES.map(({ name, card, disk, cpu }) => `${name} ${card} ${disk} ${cpu}`).join(' ');
    for (const wanted of [
      'pentium ',
      'pentium2',
      'pentium3',
      'athlon',
      'coreduo',
      'n270',
      'qemu64',
      '32 MB',
      '64 MB',
    ])
      expect(names).toContain(wanted);
    for (const wanted of [
      'rtl8139',
      'i82559er',
      'ne2k_pci',
      'pcnet',
      'tulip',
      'e1000',
      'e1000e',
      'vmxnet3',
      'virtio',
    ])
      expect(names).toContain(wanted);
    for (const wanted of ['ide', 'ahci', 'usb', 'i6300esb', 'ib700']) expect(names).toContain(wanted);
  });
});
