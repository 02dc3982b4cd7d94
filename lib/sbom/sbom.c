/* SPDX-License-Identifier: Apache-2.0 */
/* Which format a document has, its limits, and what is done to a record after any of them. */
#include "basedrift/sbom.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "basedrift/compress.h"
#include "basedrift/limits.h"
#include "basedrift/version.h"

#include "base/auto.h"
#include "record/codec.h"
#include "sbom/reading.h"

DEFINE_AUTO(stream, struct bd_stream, bd_stream_close)
DEFINE_AUTO(record, struct bd_record, bd_record_free)

static void reading_release(struct sbom_reading *reading)
{
	bd_arena_release(&reading->scratch);
	free(reading->digests.v);
	free(reading->tools.v);
}

/* ---- telling formats apart ---------------------------------------------------------------------- */

/* Some writers begin with a byte order mark, which RFC 8259, section 8.1, lets a reader pass over. */
static struct bd_str without_mark(struct bd_str bytes)
{
	static const char mark[] = "\xef\xbb\xbf";
	if (bd_str_starts(bytes, mark)) {
		bytes.p += strlen(mark);
		bytes.n -= strlen(mark);
	}
	return bd_str_trim(bytes);
}

static const char *other_form(struct bd_str text)
{
	if (bd_str_starts(text, "SPDXVersion:")) {
		return "SPDX as tag-value is not read: write it as JSON";
	}
	return bd_str_starts(text, "<?xml") || bd_str_starts(text, "<bom") ? "XML is not read: write the SBOM as JSON"
									   : NULL;
}

bool bd_sbom_sniff(struct bd_str first_bytes)
{
	const struct bd_str text = without_mark(first_bytes);
	return !bd_record_sniff(text) && (bd_str_starts(text, "{") || other_form(text) != NULL);
}

typedef int read_fn(struct sbom_reading *reading, const struct at *document, struct bd_error *err);

static read_fn *reader_of(const json_t *document, struct bd_error *err)
{
	if (json_object_get(document, "bomFormat") != NULL) {
		return sbom_read_cyclonedx;
	}
	if (json_object_get(document, "spdxVersion") != NULL) {
		return sbom_read_spdx;
	}
	if (json_object_get(document, "artifacts") != NULL && json_object_get(document, "schema") != NULL) {
		return sbom_read_syft;
	}
	const bool spdx3 = json_object_get(document, "@context") != NULL && json_object_get(document, "@graph") != NULL;
	(void)bd_error_set(err, spdx3 ? BD_ERR_UNSUPPORTED : BD_ERR_FORMAT,
		spdx3 ? "SPDX 3 is not read: write SPDX 2.3 or CycloneDX"
		      : "JSON, but no SBOM: neither bomFormat (CycloneDX) nor spdxVersion (SPDX) nor artifacts and schema (syft)");
	return NULL;
}

/* ---- limits --------------------------------------------------------------------------------------- */

static int open_document(struct bd_str text, json_t **out, struct bd_error *err)
{
	const char *form = other_form(text);
	if (form != NULL) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "%s", form);
	}
	if (text.n <= BD_LIMIT_SBOM_BYTES && json_values(text) > BD_LIMIT_SBOM_VALUES) {
		return bd_error_set(err, BD_ERR_LIMIT, "more than %u JSON values", BD_LIMIT_SBOM_VALUES);
	}
	if (json_open(text, BD_LIMIT_SBOM_BYTES, out, err) < 0) {
		return -(int)err->code;
	}
	return json_is_object(*out) ? 0 : bd_error_set(err, BD_ERR_FORMAT, "not a JSON object");
}

/* ---- after the document ---------------------------------------------------------------------------- */

/* Tools list what they find once for each way in which they find it. */
static void drop_repeated(struct bd_package_vec *packages)
{
	size_t kept = 0;
	for (size_t i = 0; i < packages->len; i++) {
		const struct bd_package *last = kept > 0 ? &packages->v[kept - 1] : NULL;
		const struct bd_package *next = &packages->v[i];
		if (last == NULL || !bd_streq(last->purl, next->purl) || !bd_streq(last->path, next->path) ||
			!bd_streq(last->name, next->name) || !bd_streq(last->version, next->version)) {
			packages->v[kept++] = *next;
		}
	}
	packages->len = kept;
}

/* A release that all of a distribution's packages name. */
static void distro_of_packages(struct sbom_reading *reading)
{
	const char *found = NULL;
	for (size_t i = 0; i < reading->record->packages.len; i++) {
		struct bd_purl purl;
		struct bd_error ignored;
		if (strstr(reading->record->packages.v[i].purl, "distro=") == NULL ||
			bd_purl_parse(bd_str(reading->record->packages.v[i].purl), &reading->scratch, &purl, &ignored) <
				0) {
			continue;
		}
		const char *distro = bd_key_value_get(&purl.qualifiers, "distro");
		if (distro == NULL || (found != NULL && strcmp(found, distro) != 0)) {
			return;
		}
		found = distro;
	}
	struct bd_str rest = bd_str(found);
	const struct bd_str id = bd_str_cut(&rest, '-');
	if (id.n > 0) {
		sbom_distro(reading, bd_arena_text(&reading->scratch, id.p, id.n), rest.p, NULL);
	}
}

static void finish_foreign(struct sbom_reading *reading)
{
	struct bd_record *record = reading->record;
	record->image.present = true;
	record->image.digests = (struct bd_digest_vec){
		.v = bd_arena_copy(
			&record->arena, reading->digests.v, reading->digests.len * sizeof(*reading->digests.v)),
		.len = reading->digests.len,
		.cap = reading->digests.len,
	};
	if (record->image.distro_id == NULL) {
		distro_of_packages(reading);
	}
	if (record->layers.len > 1 && !reading->layers_in_order) {
		bd_record_diagnose(record, "sbom-layers-unordered", NULL,
			"the SBOM names layers of packages but not their order: their numbers mean nothing");
	}
	if (reading->without_purl > 0) {
		bd_record_diagnose(record, "sbom-without-purl", NULL,
			"packages of the SBOM without a purl, which are compared by their names: %zu",
			reading->without_purl);
	}
}

static void describe_document(struct sbom_reading *reading, struct bd_str bytes)
{
	struct bd_record *record = reading->record;
	char digest[BD_DIGEST_TEXT];
	if (reading->own && record->sbom.present) {
		return; /* made from an SBOM: that one is the source */
	}
	bd_sha256_text(bytes.p, bytes.n, digest);
	record->sbom.present = true;
	record->sbom.format = reading->format;
	record->sbom.digest = bd_arena_strdup(&record->arena, digest);
	record->sbom.tools = (struct bd_string_vec){
		.v = bd_arena_copy(&record->arena, reading->tools.v, reading->tools.len * sizeof(*reading->tools.v)),
		.len = reading->tools.len,
		.cap = reading->tools.len,
	};
}

static int finish(struct sbom_reading *reading, struct bd_str bytes, struct bd_error *err)
{
	struct bd_record *record = reading->record;
	describe_document(reading, bytes);
	if (!reading->own) {
		finish_foreign(reading);
	}
	record->tool = "basedrift " BASEDRIFT_VERSION;
	bd_record_sort(record);
	if (!reading->own) {
		drop_repeated(&record->packages);
	}
	return record_check(record, err);
}

int bd_sbom_parse(struct bd_str bytes, struct bd_record **out, struct bd_error *err)
{
	AUTO(record_auto) struct bd_record *record = bd_record_new();
	AUTO(reading_release) struct sbom_reading reading = { .record = record };
	json_auto_t *document = NULL;

	if (open_document(without_mark(bytes), &document, err) < 0) {
		return -(int)err->code;
	}
	read_fn *read = reader_of(document, err);
	if (read == NULL) {
		return -(int)err->code;
	}
	const struct at root = at_root(document, &reading.scratch);
	if (read(&reading, &root, err) < 0 || finish(&reading, bytes, err) < 0) {
		return bd_error_wrap(err, "%s", reading.format != NULL ? reading.format : "SBOM");
	}
	*out = steal_ptr(&record);
	return 0;
}

/* ---- files -------------------------------------------------------------------------------------------- */

static struct bd_stream *stream_of(int fd, const struct stat *st)
{
	return bd_stream_decompress(S_ISREG(st->st_mode) ? bd_stream_fd(fd, 0, -1) : bd_stream_pipe(fd));
}

bool bd_sbom_is_file(const char *path)
{
	struct stat st;
	struct bd_str block = { NULL, 0 };
	struct bd_error ignored;
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) { /* opening a pipe would wait, reading it would empty it */
		return false;
	}
	AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return false;
	}
	AUTO(stream_auto) struct bd_stream *stream = stream_of(fd, &st);
	return bd_stream_next(stream, &block, &ignored) == 0 && bd_sbom_sniff(block);
}

int bd_sbom_read_file(const char *path, struct bd_record **out, struct bd_error *err)
{
	AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	AUTO(bd_buf_release) struct bd_buf bytes = { 0 };
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		return bd_error_set_errno(err, "%s", path);
	}
	AUTO(stream_auto) struct bd_stream *stream = stream_of(fd, &st);
	if (bd_stream_read_all(stream, BD_LIMIT_SBOM_BYTES, &bytes, err) < 0 ||
		bd_sbom_parse(bd_buf_view(&bytes), out, err) < 0) {
		return bd_error_wrap(err, "%s", path);
	}
	return 0;
}
