/** The kinds of foreign files that are read and written. Data only. */

export const FOREIGN_KINDS = ['ha.cf', 'haresources', 'authkeys', 'mon.cf', 'ipvsadm'] as const;
export type ForeignKind = (typeof FOREIGN_KINDS)[number];
