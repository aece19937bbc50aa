/**
 * Stands for `netlink/dist/rt/ifla`, the attributes of a link message (<linux/if_link.h>). That file knows them all,
 * down to bridges and virtual functions, and was a seventh of the program; here are those that network.ts uses.
 */

const structs = require('netlink/dist/structs');

exports.parseLinkAttrs = (bytes) =>
  structs.getObject(bytes, {
    1: (data, attributes) => {
      attributes.address = data;
    },
    3: (data, attributes) => {
      attributes.ifname = structs.getString(data);
    },
  });

exports.formatLinkAttrs = (attributes) =>
  structs.putObject(attributes, {
    extMask: (data, { extMask }) => data.push(29, extMask),
  });
