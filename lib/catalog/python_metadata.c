/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/python_metadata.h"

#include <string.h>

struct python_place python_place_of(const char *path)
{
	const struct bd_str whole = bd_str(path);
	const bool is_file =
		bd_str_ends(whole, ".egg-info") || bd_str_ends(whole, ".egg-link") || bd_str_ends(whole, ".egg");
	const struct bd_str info = is_file ? whole : bd_path_dir(whole);
	struct python_place place = { .info = info, .site = bd_path_dir(info) };
	if (bd_str_is(bd_path_name(info), "EGG-INFO") && bd_str_ends(place.site, ".egg")) {
		place.egg = place.site;
		place.site = bd_path_dir(place.egg);
	}
	return place;
}

bool python_is_site(struct bd_str name)
{
	return bd_str_is(name, "site-packages") || bd_str_is(name, "dist-packages");
}

static bool is_vendored(const struct python_place *place)
{
	if (python_is_site(bd_path_name(place->site))) {
		return false;
	}
	for (struct bd_str folder = place->site; folder.n > 0; folder = bd_path_dir(folder)) {
		if (python_is_site(bd_path_name(folder))) {
			return true;
		}
	}
	return false;
}

/*
 * The interpreter's own library has egg-info files too (Python, and wsgiref and argparse of Python
 * 2.7): nobody installed those, and pip does not list them.
 */
static bool is_of_interpreter(const struct python_place *place)
{
	struct bd_str name = bd_path_name(place->site);
	if (bd_str_is(name, "lib-dynload")) {
		name = bd_path_name(bd_path_dir(place->site));
	}
	return bd_str_starts(name, "python") && name.n > 6 && name.p[6] >= '2' && name.p[6] <= '9';
}

bool python_is_installed(const struct python_place *place)
{
	return !is_vendored(place) && !is_of_interpreter(place);
}

/* ---- name and version -------------------------------------------------------------------------- */

static bool is_field(struct bd_str field, const char *name)
{
	return field.n == strlen(name) && strncasecmp(field.p, name, field.n) == 0;
}

/* The message's header: it ends at the first empty line, what follows is the description. */
static struct python_headers read_headers(struct bd_str rest)
{
	struct python_headers headers = { .name = { NULL, 0 } };
	struct bd_str line;
	bool began = false;
	while (bd_str_line(&rest, &line)) {
		if (line.n == 0 && began) {
			break;
		}
		began |= line.n > 0;
		if (line.n == 0 || line.p[0] == ' ' || line.p[0] == '\t' || memchr(line.p, ':', line.n) == NULL) {
			continue;
		}
		const struct bd_str field = bd_str_cut(&line, ':');
		if (is_field(field, "Name") && headers.name.n == 0) {
			headers.name = bd_str_trim(line);
		} else if (is_field(field, "Version") && headers.version.n == 0) {
			headers.version = bd_str_trim(line);
		}
	}
	return headers;
}

/* "NAME-VERSION[-pyX.Y].dist-info": what the folder says when the headers do not. */
static void read_folder_name(const struct python_place *place, struct python_headers *headers)
{
	struct bd_str rest = bd_path_name(place->egg.n > 0 ? place->egg : place->info);
	const char *dot = rest.n > 0 ? memrchr(rest.p, '.', rest.n) : NULL;
	rest.n = dot != NULL ? (size_t)(dot - rest.p) : rest.n;
	const struct bd_str name = bd_str_cut(&rest, '-');
	const struct bd_str version = bd_str_cut(&rest, '-');
	const bool states_version = version.n > 0 && version.p[0] >= '0' && version.p[0] <= '9';
	if (headers->version.n == 0 && states_version) {
		headers->version = version;
	}
	if (headers->name.n == 0 && states_version) {
		headers->name = name;
	}
}

struct python_headers python_headers_read(struct bd_str bytes, const struct python_place *place)
{
	struct python_headers headers = read_headers(bytes);
	read_folder_name(place, &headers);
	return headers;
}
