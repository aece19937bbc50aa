/** Types of a file inside readable-stream: what `shims/stream.ts` takes from it. */
declare module 'readable-stream/lib/internal/streams/duplex' {
  import { Duplex } from 'readable-stream';
  export default Duplex;
}
