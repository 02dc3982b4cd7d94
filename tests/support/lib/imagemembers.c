/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/imagemembers.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <zlib.h>
#include <zstd.h>

#include "base/auto.h"
#include "lib/tarbuild.h"

static struct imagemember *add(struct imagemember_vec *members, const char *path)
{
	for (size_t i = 0; i < members->len; i++) {
		if (bd_streq(members->v[i].path, path)) {
			return NULL;
		}
	}
	struct imagemember *member = bd_vec_push(members);
	member->path = bd_xstrdup(path);
	return member;
}

void imagemembers_add(struct imagemember_vec *members, const char *path, struct bd_buf *bytes_take)
{
	struct imagemember *member = add(members, path);
	if (member == NULL) {
		bd_buf_release(bytes_take);
		return;
	}
	member->bytes = *bytes_take;
	*bytes_take = (struct bd_buf){ 0 };
}

void imagemembers_add_text(struct imagemember_vec *members, const char *path, const char *text)
{
	struct bd_buf bytes = { 0 };
	bd_buf_add_str(&bytes, text);
	imagemembers_add(members, path, &bytes);
}

void imagemembers_add_link(struct imagemember_vec *members, const char *path, const char *target)
{
	struct imagemember *member = add(members, path);
	if (member != NULL) {
		member->target = bd_xstrdup(target);
	}
}

void imagemembers_add_directory(struct imagemember_vec *members, const char *path)
{
	struct imagemember *member = add(members, path);
	if (member != NULL) {
		member->directory = true;
	}
}

void imagemembers_release(struct imagemember_vec *members)
{
	for (size_t i = 0; i < members->len; i++) {
		free(members->v[i].path);
		free(members->v[i].target);
		bd_buf_release(&members->v[i].bytes);
	}
	free(members->v);
	*members = (struct imagemember_vec){ 0 };
}

static int write_file(const char *path, struct bd_str bytes, struct bd_error *err)
{
	AUTO(fclose_ptr) FILE *file = fopen(path, "wb");
	if (file == NULL || fwrite(bytes.p, 1, bytes.n, file) != bytes.n || fflush(file) != 0) {
		return bd_error_set_errno(err, "%s", path);
	}
	return 0;
}

static int make_directory(const char *path, struct bd_error *err)
{
	return mkdir(path, 0777) == 0 || errno == EEXIST ? 0 : bd_error_set_errno(err, "%s", path);
}

static int write_member(const struct imagemember *member, const char *path, struct bd_error *err)
{
	if (member->directory) {
		return make_directory(path, err);
	}
	if (member->target != NULL) {
		return symlink(member->target, path) == 0 ? 0 : bd_error_set_errno(err, "%s", path);
	}
	return write_file(path, bd_buf_view(&member->bytes), err);
}

int imagemembers_write_directory(const struct imagemember_vec *members, const char *path, struct bd_error *err)
{
	struct bd_buf name = { 0 };
	int r = make_directory(path, err);
	for (size_t i = 0; i < members->len && r == 0; i++) {
		bd_buf_clear(&name);
		bd_buf_printf(&name, "%s/%s", path, members->v[i].path);
		r = write_member(&members->v[i], bd_buf_str(&name), err);
	}
	bd_buf_release(&name);
	return r;
}

int imagemembers_write_archive(const struct imagemember_vec *members, const char *path, struct bd_error *err)
{
	struct bd_buf tar = { 0 };
	for (size_t i = 0; i < members->len; i++) {
		const struct imagemember *member = &members->v[i];
		if (member->directory) {
			tarbuild_directory(&tar, member->path);
		} else if (member->target != NULL) {
			tarbuild_symlink(&tar, member->path, member->target);
		} else {
			tarbuild_add(&tar, &(struct tarbuild_entry){ .path = member->path,
						   .type = '0',
						   .mode = 0444,
						   .content = bd_buf_view(&member->bytes) });
		}
	}
	tarbuild_end(&tar);
	const int r = write_file(path, bd_buf_view(&tar), err);
	bd_buf_release(&tar);
	return r;
}

/* RFC 1952 framing without name and time */
static int to_gzip(struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	z_stream z = { 0 };
	if (bytes.n > UINT32_MAX / 2 || deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		return bd_error_set(err, BD_ERR_LIMIT, "a layer of %zu bytes is too large to compress here", bytes.n);
	}
	const uLong room = deflateBound(&z, (uLong)bytes.n);
	AUTO(free_ptr) char *in = bd_xmalloc(bytes.n);
	AUTO(free_ptr) char *p = bd_xmalloc(room);
	if (bytes.n > 0) {
		memcpy(in, bytes.p, bytes.n);
	}
	z.next_in = (Bytef *)in;
	z.avail_in = (uInt)bytes.n;
	z.next_out = (Bytef *)p;
	z.avail_out = (uInt)room;
	const int r = deflate(&z, Z_FINISH);
	bd_buf_add(out, p, z.total_out);
	(void)deflateEnd(&z);
	return r == Z_STREAM_END ? 0 : bd_error_set(err, BD_ERR_IO, "zlib: %d", r);
}

static int to_zstd(struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	const size_t room = ZSTD_compressBound(bytes.n);
	AUTO(free_ptr) char *p = bd_xmalloc(room);
	const size_t n = ZSTD_compress(p, room, bytes.p, bytes.n, 3);
	if (ZSTD_isError(n)) {
		return bd_error_set(err, BD_ERR_IO, "zstd: %s", ZSTD_getErrorName(n));
	}
	bd_buf_add(out, p, n);
	return 0;
}

int imagemembers_compress(const char *name, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	bd_buf_clear(out);
	if (bd_streq(name, "gzip")) {
		return to_gzip(bytes, out, err);
	}
	if (bd_streq(name, "zstd")) {
		return to_zstd(bytes, out, err);
	}
	if (bd_streq(name, "none")) {
		bd_buf_add(out, bytes.p, bytes.n);
		return 0;
	}
	return bd_error_set(err, BD_ERR_USAGE, "no such compression: %s (gzip, zstd, none)", name);
}
