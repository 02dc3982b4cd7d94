/* SPDX-License-Identifier: Apache-2.0 */
/* basedrift-probe catalog, os-release. */
#include "basedrift/catalog.h"

#include "base/auto.h"
#include "probe.h"

/* ---- catalog ----------------------------------------------------------------------------------- */

static struct bd_str no_file(const struct bd_catalog_in *in, const char *path)
{
	(void)in;
	(void)path;
	return (struct bd_str){ NULL, 0 };
}

static json_t *package_json(struct bd_arena *arena, const struct bd_package *package)
{
	return json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "purl", probe_text(arena, package->purl), "type",
		probe_text(arena, package->type), "namespace", probe_text(arena, package->namespace), "name",
		probe_text(arena, package->name), "version", probe_text(arena, package->version), "arch",
		probe_text(arena, package->arch), "source", probe_text(arena, package->source), "source_version",
		probe_text(arena, package->source_version));
}

static json_t *packages_json(struct bd_arena *arena, const struct bd_package_vec *packages)
{
	json_t *list = json_array();
	for (size_t i = 0; i < packages->len; i++) {
		(void)json_array_append_new(list, package_json(arena, &packages->v[i]));
	}
	return list;
}

int probe_catalog(int argc, char **argv)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	struct bd_package_vec packages = { .len = 0 };
	struct bd_error err = { .code = BD_ERR_USAGE };
	if (argc != 1 || !bd_path_clean(&path, argv[0], strlen(argv[0]))) {
		(void)fprintf(stderr, "usage: basedrift-probe catalog PATH-IN-IMAGE < bytes\n");
		return 2;
	}
	probe_stdin(&bytes);
	const struct bd_cataloger *cataloger = bd_cataloger_for(bd_buf_str(&path));
	const struct bd_catalog_in in = { .path = bd_buf_str(&path), .bytes = bd_buf_view(&bytes), .file = no_file };
	if (cataloger != NULL && cataloger->parse(&in, &arena, &packages, &err) < 0) {
		free(packages.v);
		return probe_print_error(&err, &arena);
	}
	json_t *list = packages_json(&arena, &packages);
	free(packages.v);
	return probe_print(
		json_pack("{s:s?,s:o}", "cataloger", cataloger != NULL ? cataloger->name : NULL, "packages", list));
}

/* ---- os-release -------------------------------------------------------------------------------- */

int probe_os_release(void)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf bytes = { .n = 0 };
	struct bd_os_release os;
	probe_stdin(&bytes);
	bd_os_release_parse(bd_buf_view(&bytes), &arena, &os);
	return probe_print(json_pack("{s:o,s:o,s:o,s:o,s:o,s:o,s:o,s:o}", "id", probe_text(&arena, os.id), "id_like",
		probe_text(&arena, os.id_like), "version_id", probe_text(&arena, os.version_id), "name",
		probe_text(&arena, os.name), "pretty_name", probe_text(&arena, os.pretty_name), "version_codename",
		probe_text(&arena, os.version_codename), "build_id", probe_text(&arena, os.build_id), "variant_id",
		probe_text(&arena, os.variant_id)));
}
