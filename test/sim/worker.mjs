/** Lets a worker thread read TypeScript, as the main thread does. */
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
