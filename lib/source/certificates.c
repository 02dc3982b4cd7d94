/* SPDX-License-Identifier: Apache-2.0 */
#include "source/certificates.h"

#include <dirent.h>

#include "basedrift/limits.h"

#include "source/place.h"

/* DOCKER_CERT_PATH (docker/cli, "Protect the Docker daemon socket") */
#define DOCKER_AUTHORITY "ca.pem"
#define DOCKER_OWN       "cert.pem"
#define DOCKER_KEY       "key.pem"

static void names_auto(struct dirent ***names)
{
	free(*names);
}

static int add_authority(const struct place *folder, const char *name, struct bd_buf *out, struct bd_error *err)
{
	if (place_read(folder, name, BD_LIMIT_CERTIFICATE_BYTES, out, err) < 0) {
		return -(int)err->code;
	}
	bd_buf_add_char(out, '\n');
	return 0;
}

static int add_own(const struct place *place, const char *folder, const char *name, struct bd_arena *arena,
	struct certificates *out, struct bd_error *err)
{
	const char *key = strcmp(name, DOCKER_OWN) == 0
				  ? DOCKER_KEY
				  : bd_arena_printf(arena, "%.*s.key", (int)(strlen(name) - strlen(".cert")), name);
	if (!place_has(place, key)) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "%.200s has no %.200s beside it", name, key);
	}
	if (out->own == NULL) { /* the first by name: libcurl takes one */
		out->own = bd_arena_printf(arena, "%s/%s", folder, name);
		out->key = bd_arena_printf(arena, "%s/%s", folder, key);
	}
	return 0;
}

static int add_bundle(const char *path, struct bd_buf *out, struct bd_error *err)
{
	AUTO(fclose_ptr) FILE *file = path != NULL ? fopen(path, "rbe") : NULL;
	if (file == NULL) { /* a machine without authorities trusts those of the folder alone */
		return 0;
	}
	char block[8192];
	size_t n = 0;
	while ((n = fread(block, 1, sizeof(block), file)) > 0) {
		if (out->n + n > BD_LIMIT_CERTIFICATE_BYTES) {
			return bd_error_set(err, BD_ERR_LIMIT, "%.300s: more than %u bytes of certificates", path,
				BD_LIMIT_CERTIFICATE_BYTES);
		}
		bd_buf_add(out, block, n);
	}
	bd_buf_add_char(out, '\n');
	return 0;
}

int certificates_read(
	const char *folder, const char *bundle, struct bd_arena *arena, struct certificates *out, struct bd_error *err)
{
	AUTO(place_auto) struct place *place = NULL;
	AUTO(buf_auto) struct bd_buf added = { 0 };
	AUTO(names_auto) struct dirent **names = NULL;

	if (place_open_folder(folder, &place, err) < 0) {
		return bd_error_wrap(err, "%.300s", folder);
	}
	const int count = scandir(folder, &names, NULL, alphasort);
	int result = 0;
	for (int i = 0; i < count; i++) {
		const struct bd_str name = bd_str(names[i]->d_name);
		if (result == 0 && (bd_str_ends(name, ".crt") || bd_str_is(name, DOCKER_AUTHORITY))) {
			result = add_authority(place, name.p, &added, err);
		} else if (result == 0 && (bd_str_ends(name, ".cert") || bd_str_is(name, DOCKER_OWN))) {
			result = add_own(place, folder, name.p, arena, out, err);
		}
		free(names[i]);
	}
	if (result == 0 && added.n > 0) {
		result = add_bundle(bundle, &out->authorities, err);
		bd_buf_add(&out->authorities, added.p, added.n);
	}
	return result < 0 ? bd_error_wrap(err, "%.300s", folder) : 0;
}

void certificates_release(struct certificates *certificates)
{
	bd_buf_release(&certificates->authorities);
}
