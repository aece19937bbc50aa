import { describe, expect, it } from 'vitest';
import { explained, rejection } from '../../../src/host/quickjs/rejection';

describe('what the package netlink tells of a refused request', () => {
  it('is the name of the error', () => {
    expect(rejection(new Error('Request rejected: EEXIST'))).toBe('EEXIST');
    expect(rejection(new Error('Request rejected: errno 200'))).toBe('errno 200');
  });

  it('is nothing for other failures', () => {
    expect(rejection(new Error('Timeout has been reached'))).toBeNull();
    expect(rejection('EEXIST')).toBeNull();
  });

  it('becomes a sentence', () => {
    expect(explained('add it', new Error('Request rejected: ENODEV')).message).toBe(
      'cannot add it: no such device (ENODEV)',
    );
    expect(explained('add it', new Error('Request rejected: errno 200')).message).toBe(
      'cannot add it: errno 200',
    );
    expect(explained('add it', new Error('Timeout has been reached')).message).toBe(
      'cannot add it: Timeout has been reached',
    );
  });
});
