#!/bin/sh
# Finishes the root: the kernel that GRUB starts from inside it, and the places
# where start mounts something. Runs before the file system is made.
set -eu

install -D -m 0644 "$BINARIES_DIR/bzImage" "$TARGET_DIR/boot/vmlinuz"
# GRUB's files are on the boot partition.
rm -rf "$TARGET_DIR/boot/grub"
mkdir -p "$TARGET_DIR/config"
