#!/bin/sh
# Finishes the root: the kernel that GRUB starts from inside it, and the places
# where start mounts something. Runs before the file system is made.
set -eu

install -D -m 0644 "$BINARIES_DIR/bzImage" "$TARGET_DIR/boot/vmlinuz"
# GRUB's files are on the boot partition.
rm -rf "$TARGET_DIR/boot/grub"
mkdir -p "$TARGET_DIR/config"

# Of e2fsprogs the box uses what checks, makes and grows a file system.
for tool in badblocks dumpe2fs e2freefrag e2label e2mmpstatus e2undo e4crypt \
	filefrag fsck.ext2 fsck.ext3 fsck.ext4 logsave mkfs.ext2 mkfs.ext3 \
	mkfs.ext4 mklost+found tune2fs; do
	rm -f "$TARGET_DIR/sbin/$tool"
done
# These hold the path where the image was built, and are for developers.
rm -f "$TARGET_DIR/bin/compile_et" "$TARGET_DIR/bin/mk_cmds"

# The toolchain's and e2fsprogs' libraries that no program here asks for.
rm -f "$TARGET_DIR"/lib/libgcc_s.so* "$TARGET_DIR"/lib/libatomic.so* \
	"$TARGET_DIR"/usr/lib/libss.so*
# Left by Buildroot's skeleton for an ifupdown that is not here.
rm -rf "$TARGET_DIR/etc/network"
