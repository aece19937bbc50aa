/** The package `process`, for readable-stream. */
export { process as default } from './globals';
