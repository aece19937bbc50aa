################################################################################
#
# understudy-quickjs
#
################################################################################

# The version that makes the bytecode; see QUICKJS_PACKAGE_VERSION in
# board/build/runner.ts.
UNDERSTUDY_QUICKJS_VERSION = 2025-04-26
UNDERSTUDY_QUICKJS_SOURCE = quickjs-$(UNDERSTUDY_QUICKJS_VERSION).tar.xz
UNDERSTUDY_QUICKJS_SITE = https://bellard.org/quickjs
UNDERSTUDY_QUICKJS_LICENSE = MIT
UNDERSTUDY_QUICKJS_LICENSE_FILES = LICENSE
UNDERSTUDY_QUICKJS_CPE_ID_VENDOR = quickjs_project
UNDERSTUDY_QUICKJS_CPE_ID_PRODUCT = quickjs
UNDERSTUDY_QUICKJS_INSTALL_STAGING = YES
UNDERSTUDY_QUICKJS_INSTALL_TARGET = NO

# The engine alone: its own "std" and "os" modules are not used.
UNDERSTUDY_QUICKJS_FILES = cutils dtoa libregexp libunicode quickjs

# Signed overflow wraps in QuickJS; the rest is as its own Makefile has it.
UNDERSTUDY_QUICKJS_CFLAGS = \
	$(TARGET_CFLAGS) \
	-O2 \
	-falign-functions=1 \
	-falign-jumps=1 \
	-falign-loops=1 \
	-falign-labels=1 \
	-fno-inline-small-functions \
	-fno-inline-functions \
	-mtune=pentium2 \
	-ffunction-sections \
	-fdata-sections \
	-fwrapv \
	-funsigned-char \
	-w \
	-D_GNU_SOURCE \
	-DCONFIG_VERSION='"$(UNDERSTUDY_QUICKJS_VERSION)"'

define UNDERSTUDY_QUICKJS_BUILD_CMDS
	$(foreach file,$(UNDERSTUDY_QUICKJS_FILES),\
		$(TARGET_CC) $(UNDERSTUDY_QUICKJS_CFLAGS) \
			-c $(@D)/$(file).c -o $(@D)/$(file).o$(sep))
	$(TARGET_AR) rcs $(@D)/libquickjs.a \
		$(patsubst %,$(@D)/%.o,$(UNDERSTUDY_QUICKJS_FILES))
endef

define UNDERSTUDY_QUICKJS_INSTALL_STAGING_CMDS
	$(INSTALL) -D -m 0644 $(@D)/libquickjs.a \
		$(STAGING_DIR)/usr/lib/understudy/libquickjs.a
	mkdir -p $(STAGING_DIR)/usr/include/understudy
	$(INSTALL) -m 0644 $(@D)/*.h $(STAGING_DIR)/usr/include/understudy/
endef

$(eval $(generic-package))
