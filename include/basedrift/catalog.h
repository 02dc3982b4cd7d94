/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Catalogers: the files they asked for in, packages out.  Pure: no I/O, no state, no clock; so each
 * is tested with text files and fuzzed in ten lines.
 */
#ifndef BASEDRIFT_CATALOG_H
#define BASEDRIFT_CATALOG_H

#include "basedrift/record.h"

/* os-release(5), quotes removed.  Members may be NULL. */
struct bd_os_release {
	const char *id, *id_like, *version_id, *name, *pretty_name, *version_codename, *build_id, *variant_id;
};
extern const char *const bd_os_release_paths[]; /* NULL-ended, best first: etc/os-release, usr/lib/os-release … */
void bd_os_release_parse(struct bd_str bytes, struct bd_arena *arena, struct bd_os_release *out);
extern const char *const bd_debian_version_paths[]; /* NULL-ended: etc/debian_version */
/*
 * Debian's point release, which os-release(5) does not have there ("12", with debian_version "12.5"), or NULL: bytes
 * say none ("trixie/sid"), or another release's, or os is another distribution that kept Debian's file.  Where os has
 * no id or no version they are taken from it.
 */
const char *bd_debian_point_release(struct bd_str bytes, struct bd_arena *arena, struct bd_os_release *os);

/* A file an ecosystem says it owns; checksum as the packager wrote it. */
enum bd_checksum {
	BD_CHECKSUM_NONE,
	BD_CHECKSUM_MD5,
	BD_CHECKSUM_SHA1,
	BD_CHECKSUM_SHA256
};
struct bd_owned_file {
	struct bd_str path; /* clean: no leading "/"; a view that dies when the call returns */
	bool folder;        /* everything below path, except what a nested package of the same cataloger owns */
	bool config;        /* a configuration file: expected to be edited */
	enum bd_checksum algorithm;
	uint8_t checksum[32];
};
typedef void bd_owned_fn(const struct bd_owned_file *file, void *context);

/*
 * What a cataloger gets.  file: the bytes of another wanted file of the same image state ("" with
 * p == NULL when it is not there); paths as in the image.  os may be NULL.
 */
struct bd_catalog_in {
	const char *path;
	struct bd_str bytes;
	const struct bd_os_release *os;
	struct bd_str (*file)(const struct bd_catalog_in *in, const char *path);
	void *context;
	/* Whoever goes through megabytes of `file` says so now and then: memory is given back until they are read
	 * again. */
	void (*rest)(const struct bd_catalog_in *in, struct bd_str bytes); /* NULL: no matter */
};

#define BD_CATALOG_HEAD_BYTES 4096U

struct bd_cataloger {
	/*
	 * Raised when extract() writes something else for the same bytes, or asks for other files by their content,
	 * so that nothing older is taken from the layer cache.
	 */
	unsigned int version;
	const char *name;      /* "dpkg": shown to people, stored in the record's evidence */
	const char *purl_type; /* "deb" */
	/* NULL-ended bd_path_match patterns of files that state packages; one that ends in "/" is of directories, which
	 * come with no bytes */
	const char *const *primary;
	const char *const *companions; /* NULL-ended patterns of files it looks up besides, or NULL */
	/*
	 * Files known by what they contain, whatever their path (executables): head is the first
	 * BD_CATALOG_HEAD_BYTES bytes, or all of a smaller file.  Every regular file that is nobody's primary
	 * file is asked, so it must be cheap.  NULL: only the paths of primary (which may be NULL then).
	 */
	bool (*sniff)(const char *path, int64_t size_bytes, struct bd_str head);
	/*
	 * Files that are not kept as they are (an executable, a jar): called once, while the layer is read,
	 * with all bytes (a mapped temporary file, up to BD_LIMIT_EXTRACT_BYTES).  What it writes to out is
	 * what parse() and owned() get as in->bytes, today and from the layer cache; so it should be small, text
	 * where that is no trouble, and depend on nothing but the bytes.  Nothing written: no package, the file
	 * is forgotten.  NULL: the file's own bytes are kept.
	 * Fails: BD_ERR_FORMAT, BD_ERR_LIMIT; what out has then is still given to parse().
	 */
	int (*extract)(const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err);
	/*
	 * Called once for each primary file.  Packages go to out, texts into the arena; purl, type, name,
	 * version, path are set.  name is what the ecosystem's own tool prints (npm: "@scope/name",
	 * Python: the Name header as written), the purl has the normalised one; version is "" where the
	 * package states none.  Bytes that are not this format give BD_ERR_FORMAT with the line, and out
	 * keeps the packages read before it; a primary file that is no package (a package.json without a
	 * name, a vendored copy inside an installed package) gives none.
	 */
	int (*parse)(const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out,
		struct bd_error *err);
	/*
	 * Every path that package owns, as its database says: files, folders, links, also some that the
	 * image does not have.  in is that of the primary file package->path.  NULL: this ecosystem does
	 * not know.
	 */
	int (*owned)(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
		struct bd_error *err);
};
/* The i-th cataloger of the table, or NULL past its end. */
const struct bd_cataloger *bd_cataloger_at(size_t i);
/* Whose primary file this path is; NULL: nobody's.  Cheap enough for every entry of a layer. */
const struct bd_cataloger *bd_cataloger_for(const char *path);
/* The same of a directory (patterns that end in "/"). */
const struct bd_cataloger *bd_cataloger_for_directory(const char *path);
const struct bd_cataloger *bd_cataloger_named(const char *name);
/*
 * Stands for what of a layer the catalogers keep: names, versions and patterns of all of them, as a digest
 * ("sha256:…", BD_DIGEST_TEXT bytes).
 */
void bd_catalog_generation(char *out);
/* Is path, as it is, kept: a primary file of a cataloger without extract, a companion, or an os-release file? */
bool bd_catalog_wants(const char *path);
/*
 * Is the whole file to be given to bd_catalog_extract()?  head as in sniff; when no byte was read yet
 * (head.p == NULL), only whether the path alone says so.
 */
bool bd_catalog_examines(const char *path, int64_t size_bytes, struct bd_str head);
/*
 * What the file's catalogers take from it: the first of them that writes something to out is returned,
 * NULL when none does.  An error is that cataloger's; err->msg is "" without one.
 */
const struct bd_cataloger *bd_catalog_extract(
	const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err);

/*
 * A runtime that states its version in the image's settings too (PYTHON_VERSION, NODE_VERSION …):
 * the variable's name for a package of type "generic", or NULL.
 */
const char *bd_runtime_variable(const char *package_name);

#endif
