/** Node's `util`, as much of it as `netlink` uses. */
export { errorName as getSystemErrorName } from '../linux';
