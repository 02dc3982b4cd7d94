/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rpm: the headers in its database (rpmdb.h), and the list that Azure Linux's distroless images have instead.  Of a
 * database only what parse() and owned() read is kept: a tenth of it.  Every header is a package as for `rpm -qa`,
 * imported keys (gpg-pubkey) too.  A version is [EPOCH:]VERSION-RELEASE, the epoch also when it is 0.
 */
#include "basedrift/limits.h"
#include "basedrift/version.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/integers.h"
#include "format/rpmdb.h"

/* rpm, include/rpm/rpmtag.h */
enum tag {
	TAG_NAME = 1000,
	TAG_VERSION = 1001,
	TAG_RELEASE = 1002,
	TAG_EPOCH = 1003,
	TAG_ARCH = 1022,
	TAG_OLDFILENAMES = 1027,
	TAG_FILESTATES = 1029,
	TAG_FILEDIGESTS = 1035,
	TAG_FILEFLAGS = 1037,
	TAG_SOURCERPM = 1044,
	TAG_FILEVERIFYFLAGS = 1045,
	TAG_DIRINDEXES = 1116,
	TAG_BASENAMES = 1117,
	TAG_DIRNAMES = 1118,
	TAG_FILEDIGESTALGO = 5011
};

/* rpm, include/rpm/rpmfiles.h, rpmvf.h */
#define FILE_CONFIG       (1U << 0)
#define FILE_GHOST        (1U << 6)
#define VERIFY_FILEDIGEST (1U << 0)
#define STATE_NORMAL      0U

static bool is_manifest(const char *path)
{
	return bd_str_ends(bd_str(path), "/container-manifest-2");
}

/* ---- packages ---------------------------------------------------------------------------------- */

/* What a package is called: from a header, or a line of the manifest.  Texts live in the arena; NULL: none. */
struct identity {
	const char *name, *version_release, *epoch, *arch, *source_rpm;
};

/* As syft has them: purl-spec's namespace of rpm is the vendor. */
static const char *namespace_of(const struct bd_os_release *os)
{
	if (os == NULL || os->id == NULL) {
		return NULL;
	}
	if (strcmp(os->id, "rhel") == 0 || strcmp(os->id, "hummingbird") == 0) {
		return "redhat";
	}
	return strncmp(os->id, "opensuse", 8) == 0 ? "opensuse" : os->id;
}

static const char *distro_of(const struct bd_os_release *os, struct bd_arena *arena)
{
	if (os == NULL || os->id == NULL || os->version_id == NULL) {
		return os != NULL ? os->id : NULL;
	}
	return bd_arena_printf(arena, "%s-%s", os->id, os->version_id);
}

/* "bash-5.1.8-6.el9.src.rpm": the version has no "-", neither has the release. */
static void set_source(struct bd_package *package, const char *source_rpm, struct bd_arena *arena)
{
	struct bd_str name = bd_str(source_rpm);
	const char *dash = NULL;
	for (int i = 0; i < 2 && bd_str_ends(name, i == 0 ? ".rpm" : "src"); i++) {
		name.n -= i == 0 ? 4 : 3;
	}
	name.n -= bd_str_ends(name, ".no") ? 3 : bd_str_ends(name, ".") ? 1 : 0; /* .src.rpm, .nosrc.rpm */
	struct bd_str version = name;
	for (int i = 0; i < 2; i++) {
		dash = name.n > 0 ? memrchr(name.p, '-', name.n) : NULL;
		if (dash == NULL || dash == name.p) {
			return;
		}
		name.n = (size_t)(dash - name.p);
	}
	version.n -= name.n + 1;
	version.p += name.n + 1;
	package->source = bd_arena_text(arena, name.p, name.n);
	package->source_version = bd_arena_text(arena, version.p, version.n);
}

static int add_package(const struct bd_catalog_in *in, const struct identity *identity, uint64_t place,
	struct bd_arena *arena, struct bd_package_vec *out)
{
	struct bd_key_value pairs[] = { { "arch", identity->arch }, { "epoch", identity->epoch },
		{ "upstream", identity->source_rpm }, { "distro", distro_of(in->os, arena) } };
	struct bd_package package = package_at(in->path, "rpm");
	package.name = identity->name;
	package.arch = identity->arch;
	package.namespace = bd_arena_strdup(arena, namespace_of(in->os));
	package.version = identity->epoch == NULL
				  ? identity->version_release
				  : bd_arena_printf(arena, "%s:%s", identity->epoch, identity->version_release);
	package.database_offset = place;
	set_source(&package, identity->source_rpm, arena);
	const struct bd_purl purl = { .type = "rpm",
		.namespace = package.namespace,
		.name = package.name,
		.version = identity->version_release,
		.qualifiers = { pairs, sizeof(pairs) / sizeof(pairs[0]), sizeof(pairs) / sizeof(pairs[0]) } };
	package.purl = bd_purl_text(&purl, arena);
	if (package.purl == NULL) {
		return -1;
	}
	*bd_vec_push(out) = package;
	return 0;
}

/* ---- headers ----------------------------------------------------------------------------------- */

static int read_text(
	const struct rpm_header *header, uint32_t tag, struct bd_arena *arena, const char **out, struct bd_error *err)
{
	AUTO(rpm_value_release) struct rpm_value value = { .count = 0 };
	if (rpm_header_value(header, tag, &value, err) < 0) {
		return -(int)err->code;
	}
	const char *text = rpm_value_text(&value);
	*out = text != NULL && text[0] != '\0' ? bd_arena_strdup(arena, text) : NULL;
	return 0;
}

static int read_epoch(const struct rpm_header *header, struct bd_arena *arena, const char **out, struct bd_error *err)
{
	AUTO(rpm_value_release) struct rpm_value value = { .count = 0 };
	if (rpm_header_value(header, TAG_EPOCH, &value, err) < 0) {
		return -(int)err->code;
	}
	*out = value.count > 0 && value.type == RPM_INT32 ? bd_arena_printf(arena, "%u", rpm_value_number(&value, 0, 0))
							  : NULL;
	return 0;
}

static int read_identity(
	const struct rpm_header *header, struct bd_arena *arena, struct identity *out, struct bd_error *err)
{
	const char *version = NULL;
	const char *release = NULL;
	*out = (struct identity){ .name = NULL };
	if (read_text(header, TAG_NAME, arena, &out->name, err) < 0 ||
		read_text(header, TAG_VERSION, arena, &version, err) < 0 ||
		read_text(header, TAG_RELEASE, arena, &release, err) < 0 ||
		read_text(header, TAG_ARCH, arena, &out->arch, err) < 0 ||
		read_text(header, TAG_SOURCERPM, arena, &out->source_rpm, err) < 0 ||
		read_epoch(header, arena, &out->epoch, err) < 0) {
		return -(int)err->code;
	}
	if (out->name == NULL || version == NULL || release == NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "a header without %s",
			out->name == NULL ? "a name" : "version and release");
	}
	out->version_release = bd_arena_printf(arena, "%s-%s", version, release);
	return 0;
}

struct reading {
	const struct bd_catalog_in *in;
	struct bd_arena *arena;
	struct bd_package_vec *out;
	size_t headers, broken;
	struct bd_error first; /* why the first of the broken ones is */
};

static int read_package(struct reading *reading, const struct pieces *bytes, uint64_t place, struct bd_error *err)
{
	AUTO(rpm_header_release) struct rpm_header header = { .len = 0 };
	struct identity identity;
	if (rpm_header_open(bytes, &header, err) < 0 || read_identity(&header, reading->arena, &identity, err) < 0) {
		return -(int)err->code;
	}
	return add_package(reading->in, &identity, place, reading->arena, reading->out) < 0
		       ? bd_error_set(err, BD_ERR_FORMAT, "a name that no purl can have")
		       : 0;
}

/* One broken header costs one package, as it does rpm, but is not forgotten. */
static int take_header(const struct pieces *bytes, uint64_t place, void *context, struct bd_error *err)
{
	struct reading *reading = context;
	if (reading->out->len >= BD_LIMIT_PACKAGES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u packages", BD_LIMIT_PACKAGES);
	}
	reading->headers++;
	if (read_package(reading, bytes, place, err) < 0 && reading->broken++ == 0) {
		reading->first = *err;
	}
	return 0;
}

/* "rpmdb.sqlite-wal", or "-journal": the bytes that stand beside the database. */
static struct bd_str beside(const struct bd_catalog_in *in, const char *ending)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	if (!bd_str_ends(bd_str(in->path), "/rpmdb.sqlite")) {
		return (struct bd_str){ NULL, 0 };
	}
	bd_buf_printf(&path, "%s%s", in->path, ending);
	return in->file(in, bd_buf_str(&path));
}

/* sqlite.org/fileformat2.html, section 3: one that begins so is of a transaction that was never finished. */
static bool is_hot_journal(struct bd_str journal)
{
	return journal.n >= 8 && memcmp(journal.p, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7", 8) == 0;
}

static int parse_database(struct reading *reading, struct bd_error *err)
{
	struct rpmdb db;
	int r = rpmdb_open(&db, reading->in->bytes, beside(reading->in, "-wal"), RPMDB_ANYWHERE, NULL, err);
	if (r == 0) {
		r = rpmdb_each(&db, take_header, reading, err);
	}
	rpmdb_release(&db);
	if (r < 0) {
		return r;
	}
	if (reading->broken > 0) {
		*err = reading->first;
		return bd_error_wrap(
			err, "%zu of %zu headers cannot be read, the first", reading->broken, reading->headers);
	}
	if (is_hot_journal(beside(reading->in, "-journal"))) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "a transaction was broken off: there is a rollback journal beside it");
	}
	return 0;
}

/* ---- the manifest of distroless images --------------------------------------------------------- */

/* NAME, VERSION-RELEASE, INSTALLTIME, BUILDTIME, VENDOR, EPOCH, SIZE, ARCH, EPOCHNUM, SOURCERPM */
#define MANIFEST_FIELDS 10

static const char *field(struct bd_arena *arena, struct bd_str text)
{
	return text.n == 0 || bd_str_is(text, "(none)") ? NULL : bd_arena_text(arena, text.p, text.n);
}

static int parse_line(struct reading *reading, struct bd_str line, size_t number, struct bd_error *err)
{
	struct bd_str fields[MANIFEST_FIELDS];
	size_t count = 0;
	if (memchr(line.p, '\0', line.n) != NULL) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu: a NUL byte", number);
	}
	while (line.n > 0 && count < MANIFEST_FIELDS) {
		fields[count++] = bd_str_cut(&line, '\t');
	}
	if (count < MANIFEST_FIELDS || fields[0].n == 0 || fields[1].n == 0) {
		return bd_error_set(
			err, BD_ERR_FORMAT, "line %zu: not the %d fields of a package", number, MANIFEST_FIELDS);
	}
	const struct identity identity = { .name = field(reading->arena, fields[0]),
		.version_release = field(reading->arena, fields[1]),
		.epoch = field(reading->arena, fields[5]),
		.arch = field(reading->arena, fields[7]),
		.source_rpm = field(reading->arena, fields[9]) };
	if (identity.name == NULL || identity.version_release == NULL ||
		add_package(reading->in, &identity, 0, reading->arena, reading->out) < 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu: no name and version", number);
	}
	return 0;
}

static int parse_manifest(struct reading *reading, struct bd_error *err)
{
	struct bd_str rest = reading->in->bytes;
	struct bd_str line;
	for (size_t number = 1; bd_str_line(&rest, &line); number++) {
		if (reading->out->len >= BD_LIMIT_PACKAGES) {
			return bd_error_set(err, BD_ERR_LIMIT, "more than %u packages", BD_LIMIT_PACKAGES);
		}
		if (line.n > 0 && parse_line(reading, line, number, err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct reading reading = { .in = in, .arena = arena, .out = out };
	return is_manifest(in->path) ? parse_manifest(&reading, err) : parse_database(&reading, err);
}

/* ---- files ------------------------------------------------------------------------------------- */

/* Of one package: parallel arrays, an element each file. */
struct files {
	struct rpm_value names, folders, folder_of, digests, flags, states, verify, algorithm;
	const char **folder; /* folders, by index */
	uint32_t folder_count;
};

static void release_files(struct files *files)
{
	struct rpm_value *const values[] = { &files->names, &files->folders, &files->folder_of, &files->digests,
		&files->flags, &files->states, &files->verify, &files->algorithm };
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		rpm_value_release(values[i]);
	}
	free(files->folder);
}

/* Everything about files that owned() needs. */
static int read_values(const struct rpm_header *header, struct files *files, struct bd_error *err)
{
	const struct {
		enum tag tag;
		struct rpm_value *value;
	} values[] = { { TAG_BASENAMES, &files->names }, { TAG_DIRNAMES, &files->folders },
		{ TAG_DIRINDEXES, &files->folder_of }, { TAG_FILEDIGESTS, &files->digests },
		{ TAG_FILEFLAGS, &files->flags }, { TAG_FILESTATES, &files->states },
		{ TAG_FILEVERIFYFLAGS, &files->verify }, { TAG_FILEDIGESTALGO, &files->algorithm } };
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		if (rpm_header_value(header, (uint32_t)values[i].tag, values[i].value, err) < 0) {
			return -(int)err->code;
		}
	}
	if (files->names.count == 0) { /* packages of rpm 3 have whole paths */
		return rpm_header_value(header, TAG_OLDFILENAMES, &files->names, err);
	}
	return 0;
}

static void index_folders(struct files *files)
{
	files->folder = bd_xcalloc((size_t)files->folders.count + 1, sizeof(*files->folder));
	for (const char *text = rpm_value_text(&files->folders); text != NULL; text = rpm_value_text(&files->folders)) {
		files->folder[files->folder_count++] = text;
	}
}

/* RFC 4880, section 9.4; without the tag it is MD5. */
static enum bd_checksum checksum_of(const struct files *files)
{
	switch (rpm_value_number(&files->algorithm, 0, 1)) {
	case 1:
		return BD_CHECKSUM_MD5;
	case 2:
		return BD_CHECKSUM_SHA1;
	case 8:
		return BD_CHECKSUM_SHA256;
	default:
		return BD_CHECKSUM_NONE;
	}
}

/*
 * A file in another state than normal was not installed, or belongs to another package or architecture now.  Of a
 * ghost only the name is the package's, and some files are declared to change (%verify): no checksum is held
 * against those.
 */
static int emit_files(struct files *files, struct owned_list *list, struct bd_error *err)
{
	const enum bd_checksum algorithm = checksum_of(files);
	uint32_t i = 0;
	for (const char *name = rpm_value_text(&files->names); name != NULL;
		name = rpm_value_text(&files->names), i++) {
		const char *digest = rpm_value_text(&files->digests);
		const uint32_t flags = rpm_value_number(&files->flags, i, 0);
		const uint32_t folder = rpm_value_number(&files->folder_of, i, 0);
		const bool changes = (flags & FILE_GHOST) != 0 ||
				     (rpm_value_number(&files->verify, i, UINT32_MAX) & VERIFY_FILEDIGEST) == 0;
		struct bd_owned_file file = { .config = changes || (flags & FILE_CONFIG) != 0 };
		if (files->folder_count > 0 && folder >= files->folder_count) {
			return bd_error_set(
				err, BD_ERR_FORMAT, "file %u is in folder %u of %u", i, folder, files->folder_count);
		}
		if (rpm_value_number(&files->states, i, STATE_NORMAL) != STATE_NORMAL) {
			continue;
		}
		if (!changes && digest != NULL) {
			owned_set_checksum(&file, algorithm, bd_str(digest));
		}
		bd_buf_clear(&list->text);
		bd_buf_printf(&list->text, "%s%s", files->folder_count > 0 ? files->folder[folder] : "", name);
		owned_add(list, (struct bd_str){ NULL, 0 }, bd_buf_view(&list->text), file);
	}
	return 0;
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(rpmdb_release) struct rpmdb db = { .backend = NULL };
	AUTO(pieces_release) struct pieces bytes = { .len = 0 };
	AUTO(rpm_header_release) struct rpm_header header = { .len = 0 };
	AUTO(release_files) struct files files = { .folder = NULL };
	AUTO(owned_release) struct owned_list list = { .each = each, .context = context };
	if (is_manifest(in->path)) {
		return 0;
	}
	if (rpmdb_open(&db, in->bytes, beside(in, "-wal"), package->database_offset, NULL, err) < 0 ||
		rpmdb_find(&db, &bytes, err) < 0 || rpm_header_open(&bytes, &header, err) < 0 ||
		read_values(&header, &files, err) < 0) {
		return -(int)err->code;
	}
	index_folders(&files);
	return emit_files(&files, &list, err);
}

/* ---- what is kept ------------------------------------------------------------------------------ */

/* Read all that will be read, so that it is noted.  A broken header is parse()'s to tell. */
static int touch_header(const struct pieces *bytes, uint64_t place, void *context, struct bd_error *err)
{
	AUTO(rpm_header_release) struct rpm_header header = { .len = 0 };
	AUTO(release_files) struct files files = { .folder = NULL };
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct identity identity;
	bool *whole = context;
	(void)place;
	if (rpm_header_open(bytes, &header, err) < 0 || read_identity(&header, &arena, &identity, err) < 0 ||
		read_values(&header, &files, err) < 0) {
		*whole = true;
	}
	return 0;
}

/*
 * The ranges that parse() and owned() read.  A database that is damaged is kept as it is: maybe a write-ahead log
 * beside it has the other half, and if not, parse() says what is wrong.
 */
static int extract(const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	AUTO(sparse_trace_release) struct sparse_trace trace = { .len = 0 };
	AUTO(rpmdb_release) struct rpmdb db = { .backend = NULL };
	const struct bd_str none = { NULL, 0 };
	struct bd_error ignored;
	bool whole = is_manifest(path);
	if (sparse_is_written(bytes)) { /* or it could pass for what it is not */
		return bd_error_set(err, BD_ERR_FORMAT, "not a database of rpm");
	}
	whole = whole || rpmdb_open(&db, bytes, none, RPMDB_ANYWHERE, &trace, &ignored) < 0 ||
		rpmdb_each(&db, touch_header, &whole, &ignored) < 0 || whole;
	if (!whole || bytes.n == 0) {
		sparse_write(bytes, &trace, out);
	} else if (bytes.n > BD_LIMIT_WANTED_BYTES) {
		return bd_error_set(err, BD_ERR_LIMIT, "it is damaged, and with more than %u bytes too large to keep",
			BD_LIMIT_WANTED_BYTES);
	} else {
		bd_buf_add(out, bytes.p, bytes.n);
	}
	return 0;
}

const struct bd_cataloger bd_cataloger_rpm = {
	.version = 1,
	.name = "rpm",
	.purl_type = "rpm",
	.primary = (const char *const[]){ "var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages.db", "var/lib/rpm/Packages",
		"usr/lib/sysimage/rpm/rpmdb.sqlite", "usr/lib/sysimage/rpm/Packages.db",
		"usr/lib/sysimage/rpm/Packages", "usr/share/rpm/rpmdb.sqlite", "usr/share/rpm/Packages.db",
		"usr/share/rpm/Packages", "var/lib/rpmmanifest/container-manifest-2", NULL },
	.companions = (const char *const[]){ "var/lib/rpm/rpmdb.sqlite-wal", "var/lib/rpm/rpmdb.sqlite-journal",
		"usr/lib/sysimage/rpm/rpmdb.sqlite-wal", "usr/lib/sysimage/rpm/rpmdb.sqlite-journal",
		"usr/share/rpm/rpmdb.sqlite-wal", "usr/share/rpm/rpmdb.sqlite-journal", NULL },
	.extract = extract,
	.parse = parse,
	.owned = owned,
};
