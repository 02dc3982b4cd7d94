/* SPDX-License-Identifier: Apache-2.0 */
/*
 * basedrift-mkimage SPEC.json OUT --format FORMAT [--compress gzip|zstd|none]
 *
 * Builds an image for tests and demonstrations.  FORMAT: oci, oci-archive, docker-archive (as skopeo
 * and podman write it), docker-legacy (before Docker 1.10, but without folders for empty layers),
 * docker25, docker25-gz, dir.  SPEC:
 *
 *   {"reference": "services/app:1", "platform": "linux/amd64", "created": "2026-01-02T03:04:05Z", "author": "…",
 *    "config": {"env": [], "entrypoint": [], "cmd": [], "labels": {}, "user": "", "working_dir": "",
 *               "exposed_ports": [], "volumes": [], "stop_signal": "", "healthcheck": []},
 *    "annotations": {}, "history": [{"created", "created_by", "comment", "empty_layer"}],
 *    "layers": [{"mtime": 0, "entries": [ENTRY, …]}, {"tar": "file.tar"}],
 *    "index": true, "other_platforms": ["linux/arm64", "unknown/unknown"]}
 *
 * or {"images": [SPEC, …]} for several in one output.  ENTRY: "path" (or "path_base64"), "kind": file
 * (default), directory, symlink, hardlink, whiteout, opaque, fifo, char, block; "content": "text" or
 * {"size": 10, "fill": "x"}, "content_base64", "content_file"; "mode": "0644", "uid", "gid", "mtime",
 * "target", "major", "minor".  File names in it are relative to the specification.
 */
#include <stdio.h>

#include "base/auto.h"
#include "lib/imagebuild.h"

static int read_spec(const char *path, struct bd_buf *out, struct bd_error *err)
{
	char block[65536];
	AUTO(fclose_ptr) FILE *file = fopen(path, "rb");
	if (file == NULL) {
		return bd_error_set_errno(err, "cannot open");
	}
	for (size_t n = fread(block, 1, sizeof(block), file); n > 0; n = fread(block, 1, sizeof(block), file)) {
		bd_buf_add(out, block, n);
	}
	return ferror(file) ? bd_error_set_errno(err, "cannot read") : 0;
}

static int usage(void)
{
	(void)fputs(
		"usage: basedrift-mkimage SPEC.json OUT --format FORMAT [--compress gzip|zstd|none]\nformats:", stderr);
	for (size_t i = 0; imagebuild_formats[i] != NULL; i++) {
		(void)fprintf(stderr, " %s", imagebuild_formats[i]);
	}
	(void)fputc('\n', stderr);
	return 2;
}

static int build(const char *spec, const char *out, const char *format, const char *compress)
{
	struct bd_error err = { 0 };
	struct bd_buf json = { 0 };
	const struct bd_str folder = bd_path_dir(bd_str(spec));
	AUTO(free_ptr) char *dir = folder.n > 0 ? strndup(spec, folder.n) : bd_xstrdup(spec[0] == '/' ? "/" : ".");

	int r = read_spec(spec, &json, &err);
	if (r == 0) {
		r = imagebuild_write(bd_buf_view(&json), dir, format, compress, out, &err);
	}
	bd_buf_release(&json);
	if (r < 0) {
		(void)fprintf(stderr, "basedrift-mkimage: %s: %s\n", spec, err.msg);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *names[2] = { NULL, NULL };
	const char *format = NULL, *compress = NULL;
	size_t count = 0;

	for (int i = 1; i < argc; i++) {
		const bool has_value = i + 1 < argc;
		if (bd_streq(argv[i], "--format") && has_value) {
			format = argv[++i];
		} else if (bd_streq(argv[i], "--compress") && has_value) {
			compress = argv[++i];
		} else if (argv[i][0] != '-' && count < 2) {
			names[count++] = argv[i];
		} else {
			return usage();
		}
	}
	return count == 2 && format != NULL ? build(names[0], names[1], format, compress) : usage();
}
