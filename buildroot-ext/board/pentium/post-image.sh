#!/bin/sh
# Lays GRUB's boot sector beside its core, where "npm run image" takes both.
set -eu

cp "$BUILD_DIR"/grub2-*/build-i386-pc/grub-core/boot.img "$BINARIES_DIR/"
