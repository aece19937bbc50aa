import { describe, expect, it } from 'vitest';
import type { ClassicMessage } from '../../../src/cluster/types';
import { Bench } from './bench';

const MESSAGE: ClassicMessage = { src: 'b', messageType: 'status', generation: 5, sequence: 1 };

function say(box: Bench, changes: Partial<ClassicMessage>, link = 0): void {
  box.give({ type: 'classic', link, message: { ...MESSAGE, ...changes } });
}

const acknowledged = (box: Bench) => box.of('acknowledge').map((effect) => effect.message.sequence);

describe('a heartbeat 3.0.6 on the other box', () => {
  it('gets an acknowledgement of each tenth message, once, though it comes on all links', () => {
    const box = new Bench();
    for (let sequence = 1; sequence <= 35; sequence++) {
      say(box, { sequence }, 0);
      say(box, { sequence }, 1);
    }
    expect(acknowledged(box)).toEqual([10, 20, 30]);
    expect(box.status.counters).toMatchObject({ classic: 70, acknowledged: 3 });
    expect(box.status.links.map((link) => link.classic)).toEqual([35, 35]);
  });

  it('gets one at once when it has sent many before this box came, and after gaps', () => {
    const box = new Bench();
    for (const sequence of [237, 238, 246, 260]) say(box, { sequence });
    expect(acknowledged(box)).toEqual([237, 260]);
  });

  it('is counted anew after it restarts, and its earlier messages are not acknowledged', () => {
    const box = new Bench();
    say(box, { sequence: 500 });
    say(box, { generation: 6, sequence: 9 });
    say(box, { generation: 6, sequence: 10 });
    say(box, { generation: 5, sequence: 900 });
    expect(acknowledged(box)).toEqual([500, 10]);
  });

  it('gets none for messages without a number, nor does a stranger', () => {
    const box = new Bench();
    for (let i = 0; i < 50; i++) say(box, { messageType: 'NS_rexmit', sequence: null });
    say(box, { src: 'c', sequence: 50 });
    expect(acknowledged(box)).toEqual([]);
    expect(box.status.counters).toMatchObject({ classic: 50, refused: 1 });
  });

  it('proves no life and changes nothing of the group', () => {
    const box = new Bench();
    for (let i = 1; i <= 25; i++) {
      box.wait(200);
      say(box, { sequence: i });
    }
    expect(box.status.peer).toMatchObject({ state: 'dead', lastHeardMs: null });
    expect(box.status.links[0]?.state).toBe('silent');
    expect(box.moves).toEqual(['acquire']);
    expect(box.logged.filter((event) => event === 'classic-peer')).toHaveLength(1);
  });

  it('cannot use a link that does not exist', () => {
    expect(() => say(new Bench(), {}, 2)).toThrow('there is no link 2');
  });
});
