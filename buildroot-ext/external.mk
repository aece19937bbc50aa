include $(sort $(wildcard $(BR2_EXTERNAL_UNDERSTUDY_PATH)/package/*/*.mk))

# The kernel drops an option without a word when something that it needs is
# off. Then the build ends here, and names it.
ifeq ($(BR2_PACKAGE_UNDERSTUDY)$(BR2_LINUX_KERNEL),yy)
UNDERSTUDY_KERNEL_BOARD = $(BR2_EXTERNAL_UNDERSTUDY_PATH)/../board/kernel
define UNDERSTUDY_CHECK_KERNEL_OPTIONS
	$(UNDERSTUDY_KERNEL_BOARD)/check-options $(@D)/.config \
		$(UNDERSTUDY_KERNEL_BOARD)/required \
		$(wildcard $(UNDERSTUDY_KERNEL_BOARD)/*.config)
endef
LINUX_POST_CONFIGURE_HOOKS += UNDERSTUDY_CHECK_KERNEL_OPTIONS
endif
