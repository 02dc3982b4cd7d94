/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dpkg: the status file (deb822 stanzas, dpkg(1)) and the folder status.d that distroless images have
 * instead.  A package counts as installed when its files are in place: installed, unpacked,
 * half-configured and the two triggers- states.  not-installed, config-files (removed, not purged)
 * and half-installed (an unpacking that never ended) do not.
 */
#include "basedrift/limits.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/distro_purl.h"
#include "format/deb822.h"

enum stanza_field {
	PACKAGE,
	STATUS,
	VERSION,
	ARCHITECTURE,
	SOURCE,
	CONFFILES,
	FIELDS
};
static const struct format_deb822_field fields[FIELDS] = { { "Package", false }, { "Status", false },
	{ "Version", false }, { "Architecture", false }, { "Source", false }, { "Conffiles", true } };

struct stanza {
	size_t line; /* its first, from 1 */
	struct bd_str v[FIELDS];
};

/* The next stanza; 1: there was one, 0: the end. */
static int read_stanza(struct format_deb822 *reader, struct stanza *out, struct bd_error *err)
{
	const int more = format_deb822_read(reader, fields, FIELDS, out->v, err);
	out->line = reader->first;
	return more;
}

static bool is_installed(struct bd_str status)
{
	static const char *const states[] = { "installed", "unpacked", "half-configured", "triggers-awaited",
		"triggers-pending" };
	const char *space = status.n > 0 ? memrchr(status.p, ' ', status.n) : NULL;
	if (space != NULL) {
		status.n -= (size_t)(space + 1 - status.p);
		status.p = space + 1;
	}
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (bd_str_is(status, states[i])) {
			return true;
		}
	}
	return false;
}

/* "Source: pam (1.5.2)"; without it the source has the package's own name and version. */
static void set_source(const struct stanza *stanza, struct bd_arena *arena, struct bd_package *package)
{
	struct bd_str version = stanza->v[SOURCE];
	const struct bd_str name = bd_str_cut(&version, ' ');
	version = bd_str_trim(version);
	package->source = name.n > 0 ? bd_arena_text(arena, name.p, name.n) : package->name;
	package->source_version = package->version;
	if (version.n > 2 && version.p[0] == '(' && version.p[version.n - 1] == ')') {
		package->source_version = bd_arena_text(arena, version.p + 1, version.n - 2);
	}
}

static int add_package(const struct bd_catalog_in *in, const struct stanza *stanza, struct bd_arena *arena,
	struct bd_package_vec *out, struct bd_error *err)
{
	struct bd_package package = { .path = in->path, .layer = -1, .files = -1, .size_bytes = -1 };
	if (stanza->v[PACKAGE].n == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "line %zu: a stanza without Package", stanza->line);
	}
	if (out->len >= BD_LIMIT_PACKAGES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u packages", BD_LIMIT_PACKAGES);
	}
	package.name = bd_arena_text(arena, stanza->v[PACKAGE].p, stanza->v[PACKAGE].n);
	package.version =
		bd_arena_text(arena, stanza->v[VERSION].n > 0 ? stanza->v[VERSION].p : "", stanza->v[VERSION].n);
	if (stanza->v[ARCHITECTURE].n > 0) {
		package.arch = bd_arena_text(arena, stanza->v[ARCHITECTURE].p, stanza->v[ARCHITECTURE].n);
	}
	set_source(stanza, arena, &package);
	set_distro_purl(&package, "deb", "debian", in->os, arena);
	*bd_vec_push(out) = package;
	return 0;
}

static bool in_status_folder(const char *path)
{
	return bd_str_ends(bd_path_dir(bd_str(path)), "/status.d");
}

/* Some builders put the package's other control files beside its stanza. */
static bool is_other_control_file(const char *path)
{
	static const char *const endings[] = { ".md5sums", ".preinst", ".postinst", ".prerm", ".postrm", ".conffiles",
		".list", ".triggers", ".shlibs", ".symbols", ".templates", ".config" };
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (bd_str_ends(bd_str(path), endings[i])) {
			return true;
		}
	}
	return false;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	const bool folder = in_status_folder(in->path);
	struct format_deb822 reader = { .rest = in->bytes };
	struct stanza stanza;
	int more = 0;
	if (folder && is_other_control_file(in->path)) {
		return 0;
	}
	for (;;) {
		const size_t start = in->bytes.n - reader.rest.n;
		more = read_stanza(&reader, &stanza, err);
		if (more <= 0) {
			return more;
		}
		/* status.d stanzas are those of .deb files: they have no Status, being there says it */
		const bool installed = stanza.v[STATUS].p != NULL ? is_installed(stanza.v[STATUS]) : folder;
		if (installed && add_package(in, &stanza, arena, out, err) < 0) {
			return -(int)err->code;
		}
		if (installed) {
			out->v[out->len - 1].database_offset = start;
		}
	}
}

/* ---- what is kept ------------------------------------------------------------------------------ */

static void put_stanza(struct bd_buf *out, const struct stanza *stanza)
{
	for (size_t i = 0; i < FIELDS; i++) {
		if (stanza->v[i].p != NULL) {
			bd_buf_add_str(out, fields[i].name);
			bd_buf_add(out, ": ", 2);
			bd_buf_add(out, stanza->v[i].p, stanza->v[i].n);
			bd_buf_add_char(out, '\n');
		}
	}
	bd_buf_add_char(out, '\n');
}

/*
 * Every layer that installs something has the whole status file again, and three quarters of it are descriptions and
 * dependencies.  Kept are the installed packages' fields that are read here; a file that is not to be understood stays
 * as it is, so that parse() tells the right line.
 */
static int extract(const char *path, struct bd_str bytes, struct bd_buf *out, struct bd_error *err)
{
	const bool folder = in_status_folder(path);
	struct format_deb822 reader = { .rest = bytes };
	struct stanza stanza;
	int more = folder && is_other_control_file(path) ? -1 : 1;
	while (more > 0) {
		more = read_stanza(&reader, &stanza, err);
		const bool installed = stanza.v[STATUS].p != NULL ? is_installed(stanza.v[STATUS]) : folder;
		if (more > 0 && installed) {
			more = stanza.v[PACKAGE].n > 0 ? 1 : -1;
			put_stanza(out, &stanza);
		}
	}
	if (more < 0) {
		bd_buf_clear(out);
		bd_buf_add(out, bytes.p, bytes.n);
		err->msg[0] = '\0';
	}
	return 0;
}

/* ---- files ------------------------------------------------------------------------------------- */

/* One package may have a hundred thousand files. */
struct sum {
	const char *path; /* no leading "/" */
	const char *md5;  /* 32 hex digits, or NULL */
	uint32_t path_bytes;
	bool config;
};
struct sums {
	struct sum *v;
	size_t len, cap;
};

struct diversion {
	struct bd_str from, to, by;
};
struct diversions {
	struct diversion *v;
	size_t len, cap;
};

static void release_sums(struct sums *sums)
{
	free(sums->v);
}

static void release_diversions(struct diversions *diversions)
{
	free(diversions->v);
}

static struct bd_str without_slash(struct bd_str path)
{
	if (bd_str_starts(path, "./")) {
		path.p++;
		path.n--;
	}
	while (path.n > 0 && path.p[0] == '/') {
		path.p++;
		path.n--;
	}
	return path;
}

static struct sum make_sum(struct bd_str path, const char *md5, bool config)
{
	return (struct sum){ path.p, md5, path.n < UINT32_MAX ? (uint32_t)path.n : UINT32_MAX, config };
}

static struct bd_str path_of(const struct sum *sum)
{
	return (struct bd_str){ sum->path, sum->path_bytes };
}

static int by_sum_path(const void *a, const void *b)
{
	return bd_str_compare(path_of(a), path_of(b));
}

/* They are sorted already, but for what conffiles add. */
static void sort_sums(struct sums *sums)
{
	size_t sorted = 1;
	while (sorted < sums->len && by_sum_path(&sums->v[sorted - 1], &sums->v[sorted]) <= 0) {
		sorted++;
	}
	if (sorted < sums->len) {
		qsort(sums->v, sums->len, sizeof(*sums->v), by_sum_path);
	}
}

static int by_diversion_source(const void *a, const void *b)
{
	return bd_str_compare(((const struct diversion *)a)->from, ((const struct diversion *)b)->from);
}

/* "MD5  path" lines of a .md5sums file. */
static void read_md5sums(struct bd_str rest, struct sums *out)
{
	struct bd_str line;
	out->cap = rest.n / 64 + 8; /* about as many as there will be: growing means moving */
	out->v = bd_xmalloc(out->cap * sizeof(*out->v));
	while (bd_str_line(&rest, &line)) {
		const struct bd_str md5 = bd_str_cut(&line, ' ');
		const struct bd_str path = without_slash(bd_str_trim(line));
		if (md5.n == 32 && path.n > 0) {
			*bd_vec_push(out) = make_sum(path, md5.p, false);
		}
	}
}

/* " /etc/x MD5 [obsolete] [remove-on-upgrade]"; "newconffile" stands for an MD5 not known yet. */
static void read_conffiles(struct bd_str rest, struct sums *out)
{
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		line = bd_str_trim(line);
		/* names may have spaces: the MD5 is the last word that is no flag */
		for (const char *space = NULL; line.n > 0; line.n = (size_t)(space - line.p)) {
			space = memrchr(line.p, ' ', line.n);
			if (space == NULL) {
				break;
			}
			const struct bd_str word = { space + 1, (size_t)(line.p + line.n - space - 1) };
			if (bd_str_is(word, "obsolete") || bd_str_is(word, "remove-on-upgrade") || word.n == 0) {
				continue;
			}
			const struct bd_str path = without_slash((struct bd_str){ line.p, (size_t)(space - line.p) });
			const bool known = word.n == 32;
			*bd_vec_push(out) = make_sum(path, known ? word.p : NULL, true);
			break;
		}
	}
}

static struct bd_str info_file(const struct bd_catalog_in *in, const struct bd_package *package, const char *ending)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	const int n = (int)folder.n;
	struct bd_str bytes = { NULL, 0 };
	if (strchr(package->name, '/') != NULL) { /* no package's name: it would be a path elsewhere */
		return bytes;
	}
	if (package->arch != NULL && strchr(package->arch, '/') == NULL) {
		bd_buf_printf(&path, "%.*s/info/%s:%s%s", n, folder.p, package->name, package->arch, ending);
		bytes = in->file(in, bd_buf_str(&path));
	}
	if (bytes.p == NULL) {
		bd_buf_clear(&path);
		bd_buf_printf(&path, "%.*s/info/%s%s", n, folder.p, package->name, ending);
		bytes = in->file(in, bd_buf_str(&path));
	}
	return bytes;
}

static void read_diversions(const struct bd_catalog_in *in, struct diversions *out)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	const struct bd_str folder = bd_path_dir(bd_str(in->path));
	bd_buf_printf(&path, "%.*s/diversions", (int)folder.n, folder.p);
	struct bd_str rest = in->file(in, bd_buf_str(&path));
	struct bd_str from;
	struct bd_str to;
	struct bd_str by;
	while (out->len < BD_LIMIT_DIVERSIONS && bd_str_line(&rest, &from) && bd_str_line(&rest, &to) &&
		bd_str_line(&rest, &by)) {
		*bd_vec_push(out) = (struct diversion){ without_slash(from), without_slash(to), by };
	}
	if (out->len > 0) {
		qsort(out->v, out->len, sizeof(*out->v), by_diversion_source);
	}
}

/* Where a file really lies: the diverting package's own file keeps the name, all others move. */
static struct bd_str diverted(const struct diversions *diversions, const struct bd_package *package, struct bd_str path)
{
	const struct diversion key = { .from = path };
	const struct diversion *found =
		diversions->len == 0 ? NULL
				     : bsearch(&key, diversions->v, diversions->len, sizeof(key), by_diversion_source);
	return found != NULL && !bd_str_is(found->by, package->name) ? found->to : path;
}

/* The stanza that this package was read from. */
static struct stanza find_stanza(const struct bd_catalog_in *in, const struct bd_package *package)
{
	struct stanza stanza = { .line = 0 };
	struct bd_error err;
	if (package->database_offset < in->bytes.n) {
		struct format_deb822 reader = { .rest = { in->bytes.p + package->database_offset,
							in->bytes.n - package->database_offset } };
		if (read_stanza(&reader, &stanza, &err) <= 0) {
			return (struct stanza){ .line = 0 };
		}
	}
	return stanza;
}

struct emission {
	const struct bd_catalog_in *in;
	struct bd_str list, md5sums; /* the files */
	const struct sums *sums;     /* sorted */
	size_t next_sum;             /* lists and sums often go the same way, so that this one is the next */
	const struct diversions *diversions;
	const struct bd_package *package;
	bd_owned_fn *each;
	void *context;
	struct bd_buf path;
};

static const struct sum *find_sum(struct emission *emission, struct bd_str path)
{
	const struct sums *sums = emission->sums;
	const struct sum key = make_sum(path, NULL, false);
	const struct sum *sum = emission->next_sum < sums->len ? &sums->v[emission->next_sum] : NULL;
	if (sums->len > 0 && (sum == NULL || !bd_str_equal(path_of(sum), path))) {
		sum = bsearch(&key, sums->v, sums->len, sizeof(key), by_sum_path);
	}
	if (sum != NULL) {
		emission->next_sum = (size_t)(sum - sums->v) + 1;
	}
	return sum;
}

static void emit(struct emission *emission, struct bd_str listed)
{
	const struct sum *sum = find_sum(emission, listed);
	const struct bd_str real = diverted(emission->diversions, emission->package, listed);
	if (!bd_path_clean(&emission->path, real.p, real.n) || emission->path.n == 0) {
		return;
	}
	struct bd_owned_file file = { .path = bd_buf_view(&emission->path), .config = sum != NULL && sum->config };
	if (sum != NULL && sum->md5 != NULL && bd_unhex((struct bd_str){ sum->md5, 32 }, file.checksum)) {
		file.algorithm = BD_CHECKSUM_MD5;
	}
	emission->each(&file, emission->context);
}

#define REST_LINES 4096U

/* An icon theme's or a kernel's lists have megabytes, and two places in them are looked at at a time. */
static void rest(const struct emission *emission)
{
	if (emission->in->rest != NULL) {
		emission->in->rest(emission->in, emission->list);
		emission->in->rest(emission->in, emission->md5sums);
	}
}

static void emit_list(struct emission *emission)
{
	struct bd_str left = emission->list;
	struct bd_str line;
	for (size_t i = 0; bd_str_line(&left, &line); i++) {
		const struct bd_str path = without_slash(line);
		if (i % REST_LINES == 0) {
			rest(emission);
		}
		if (path.n > 0 && !bd_str_is(path, ".")) {
			emit(emission, path);
		}
	}
}

/* distroless: the .md5sums file beside the stanza is all there is. */
static void read_status_folder(const struct bd_catalog_in *in, struct sums *sums)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	bd_buf_printf(&path, "%s.md5sums", in->path);
	read_md5sums(in->file(in, bd_buf_str(&path)), sums);
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(release_sums) struct sums sums = { .len = 0 };
	AUTO(release_diversions) struct diversions diversions = { .len = 0 };
	struct emission emission = {
		.in = in, .sums = &sums, .diversions = &diversions, .package = package, .each = each, .context = context
	};
	(void)err;
	if (in_status_folder(in->path)) {
		read_status_folder(in, &sums);
	} else {
		emission.list = info_file(in, package, ".list");
		emission.md5sums = info_file(in, package, ".md5sums");
		read_md5sums(emission.md5sums, &sums);
		if (emission.list.p == NULL && sums.len == 0) {
			return 0;
		}
		read_conffiles(find_stanza(in, package).v[CONFFILES], &sums);
		read_diversions(in, &diversions);
	}
	sort_sums(&sums);
	if (emission.list.p != NULL) {
		emit_list(&emission);
	} else {
		for (size_t i = 0; i < sums.len; i++) {
			emit(&emission, path_of(&sums.v[i]));
		}
	}
	bd_buf_release(&emission.path);
	return 0;
}

const struct bd_cataloger bd_cataloger_dpkg = {
	.version = 1, /* status files are shortened */
	.name = "dpkg",
	.purl_type = "deb",
	.primary = (const char *const[]){ "var/lib/dpkg/status", "var/lib/dpkg/status.d/*", "usr/lib/dpkg/status",
		"usr/lib/dpkg/status.d/*", NULL },
	.companions = (const char *const[]){ "var/lib/dpkg/status.d/*.md5sums", "usr/lib/dpkg/status.d/*.md5sums",
		"var/lib/dpkg/info/*.list", "var/lib/dpkg/info/*.md5sums", "var/lib/dpkg/diversions",
		"usr/lib/dpkg/info/*.list", "usr/lib/dpkg/info/*.md5sums", "usr/lib/dpkg/diversions", NULL },
	.extract = extract,
	.parse = parse,
	.owned = owned,
};
