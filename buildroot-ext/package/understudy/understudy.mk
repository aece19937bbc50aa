################################################################################
#
# understudy
#
################################################################################

# As in package.json
UNDERSTUDY_VERSION = 0.1.0
UNDERSTUDY_SITE = $(BR2_EXTERNAL_UNDERSTUDY_PATH)/..
UNDERSTUDY_SITE_METHOD = local
UNDERSTUDY_LICENSE = MIT
UNDERSTUDY_LICENSE_FILES = LICENSE
UNDERSTUDY_DEPENDENCIES = understudy-quickjs

# Of the repository nothing but the runner.
UNDERSTUDY_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = \
	--include=/LICENSE \
	--include=/src \
	--include=/src/runtime \
	--include=/src/runtime/*.[ch] \
	--exclude=*

# Apart from div64.c and crypt.c, which stand in for a libgcc and a crypt(3) that
# the project's other builds do not have.
UNDERSTUDY_SOURCES = \
	$(filter-out %/div64.c %/crypt.c,$(wildcard $(@D)/src/runtime/*.c))

# x87.c wraps these functions of the C library; see there.
UNDERSTUDY_WRAPPED = \
	$(shell sed -n 's/^WRAP[12](\([a-z0-9]*\)).*/\1/p' $(@D)/src/runtime/x87.c)

UNDERSTUDY_CFLAGS = \
	$(TARGET_CFLAGS) \
	-std=gnu11 \
	-O2 \
	-falign-functions=1 \
	-falign-jumps=1 \
	-falign-loops=1 \
	-falign-labels=1 \
	-fno-inline-small-functions \
	-fno-inline-functions \
	-mtune=pentium2 \
	-mfpmath=387 \
	-ffunction-sections \
	-fdata-sections \
	-fwrapv \
	-Wall \
	-Wextra \
	-Wno-unused-parameter \
	-D_GNU_SOURCE \
	-DCONFIG_VERSION='"$(UNDERSTUDY_QUICKJS_VERSION)"' \
	-DRUNNER_MACHINE='"i586"' \
	-isystem $(STAGING_DIR)/usr/include/understudy

UNDERSTUDY_LDFLAGS = \
	$(TARGET_LDFLAGS) \
	-static \
	-Wl,--gc-sections \
	$(patsubst %,-Wl$(comma)--wrap=%,$(UNDERSTUDY_WRAPPED))

define UNDERSTUDY_CHECK_BYTECODE
	@test -f "$(UNDERSTUDY_BYTECODE)/understudy.usb" || { \
		echo "understudy: UNDERSTUDY_BYTECODE is no folder with bytecode:" \
			"start the build by \"npm run image\"." >&2; \
		exit 1; \
	}
endef
UNDERSTUDY_PRE_BUILD_HOOKS += UNDERSTUDY_CHECK_BYTECODE

define UNDERSTUDY_BUILD_CMDS
	$(TARGET_CC) $(UNDERSTUDY_CFLAGS) $(UNDERSTUDY_LDFLAGS) \
		-o $(@D)/understudy $(UNDERSTUDY_SOURCES) \
		$(STAGING_DIR)/usr/lib/understudy/libquickjs.a -lm
endef

define UNDERSTUDY_INSTALL_TARGET_CMDS
	$(INSTALL) -D -m 0755 $(@D)/understudy $(TARGET_DIR)/usr/bin/understudy
	$(INSTALL) -d $(TARGET_DIR)/usr/lib/understudy
	$(INSTALL) -m 0644 $(UNDERSTUDY_BYTECODE)/*.usb \
		$(TARGET_DIR)/usr/lib/understudy/
endef

$(eval $(generic-package))
