/*
 * Stands between a program and the kernel's generic netlink, by LD_PRELOAD: says that there is a family IPVS, answers
 * each request to it with success, and writes what was sent to the file that RECORD names, one line of hexadecimal
 * digits for each message: command, then everything behind the generic netlink header. No kernel with IPVS is needed.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Numbers that the kernel would choose. */
enum { FAMILY = 0x1c, IPVS_VERSION = 1, SET_INFO = 14, GET_INFO = 15 };

/* What waits to be received: messages, each of which comes by itself. */
static unsigned char answer[512];
static size_t answer_bytes, answer_read;

static void put(const void *bytes, size_t length)
{
    if (answer_bytes + length > sizeof answer)
        abort();
    memcpy(answer + answer_bytes, bytes, length);
    answer_bytes += length;
}

static void put_header(const struct nlmsghdr *to, unsigned type, unsigned flags, size_t payload)
{
    struct nlmsghdr head = *to;
    head.nlmsg_len = (unsigned)(NLMSG_HDRLEN + payload);
    head.nlmsg_type = (unsigned short)type;
    head.nlmsg_flags = (unsigned short)flags;
    put(&head, sizeof head);
}

static void put_attribute(unsigned type, const void *value, unsigned length)
{
    static const unsigned char padding[3];
    struct nlattr head = { (unsigned short)(NLA_HDRLEN + length), (unsigned short)type };
    put(&head, sizeof head);
    put(value, length);
    put(padding, NLA_ALIGN(length) - length);
}

static void answer_family(const struct nlmsghdr *to)
{
    struct genlmsghdr generic = { CTRL_CMD_NEWFAMILY, 2, 0 };
    unsigned short id = FAMILY;
    put_header(to, GENL_ID_CTRL, 0, GENL_HDRLEN + 12 + 8);
    put(&generic, sizeof generic);
    put_attribute(CTRL_ATTR_FAMILY_NAME, "IPVS", 5);
    put_attribute(CTRL_ATTR_FAMILY_ID, &id, sizeof id);
}

static void answer_info(const struct nlmsghdr *to)
{
    struct genlmsghdr generic = { SET_INFO, IPVS_VERSION, 0 };
    unsigned version = 0x010201, buckets = 4096;
    put_header(to, FAMILY, 0, GENL_HDRLEN + 16);
    put(&generic, sizeof generic);
    put_attribute(1, &version, sizeof version);
    put_attribute(2, &buckets, sizeof buckets);
}

static void acknowledge(const struct nlmsghdr *to)
{
    struct nlmsgerr good = { 0, *to };
    put_header(to, NLMSG_ERROR, 0, sizeof good);
    put(&good, sizeof good);
}

static void end_dump(const struct nlmsghdr *to)
{
    int good = 0;
    put_header(to, NLMSG_DONE, NLM_F_MULTI, sizeof good);
    put(&good, sizeof good);
}

static void record(const struct nlmsghdr *message)
{
    const unsigned char *bytes = (const unsigned char *)message;
    const char *name = getenv("RECORD");
    FILE *file = name ? fopen(name, "a") : NULL;
    if (!file)
        abort();
    fprintf(file, "%u ", bytes[NLMSG_HDRLEN]);
    for (size_t at = NLMSG_HDRLEN + GENL_HDRLEN; at < message->nlmsg_len; at++)
        fprintf(file, "%02x", bytes[at]);
    fprintf(file, "\n");
    fclose(file);
}

ssize_t sendmsg(int socket, const struct msghdr *header, int flags)
{
    const struct nlmsghdr *message = header->msg_iov[0].iov_base;
    (void)socket;
    (void)flags;
    answer_bytes = answer_read = 0;
    if (message->nlmsg_type == GENL_ID_CTRL)
        answer_family(message);
    else {
        unsigned char command = ((const unsigned char *)message)[NLMSG_HDRLEN];
        record(message);
        if (command == GET_INFO)
            answer_info(message);
    }
    if ((message->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
        end_dump(message);
    else
        acknowledge(message);
    return (ssize_t)message->nlmsg_len;
}

ssize_t recvmsg(int socket, struct msghdr *header, int flags)
{
    struct sockaddr_nl *from = header->msg_name;
    struct nlmsghdr next;
    (void)socket;
    if (answer_read == answer_bytes) {
        errno = EAGAIN;
        return -1;
    }
    memcpy(&next, answer + answer_read, sizeof next);
    if (next.nlmsg_len > header->msg_iov[0].iov_len)
        abort();
    memcpy(header->msg_iov[0].iov_base, answer + answer_read, next.nlmsg_len);
    if (from)
        *from = (struct sockaddr_nl){ .nl_family = AF_NETLINK };
    header->msg_namelen = sizeof *from;
    header->msg_controllen = 0;
    header->msg_flags = 0;
    if (!(flags & MSG_PEEK))
        answer_read += NLMSG_ALIGN(next.nlmsg_len);
    return (ssize_t)next.nlmsg_len;
}
