/** Node's `stream`, as much of it as `@serialport/stream` uses. */
export { default as Duplex } from 'readable-stream/lib/internal/streams/duplex';
