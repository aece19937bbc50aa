/** The package `node-gyp-build`: in place of a compiled addon, the class that `netlink` looks for in it. */
const { NativeNetlink } = require('../native-netlink');

module.exports = () => ({ NativeNetlink });
