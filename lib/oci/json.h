/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading members of untrusted JSON: a wrong type is an error that names the member by its path
 * ("layers[3].digest: not a string"), null counts as absent.
 */
#ifndef OCI_JSON_H
#define OCI_JSON_H

#include <jansson.h>

#include "basedrift/oci.h"

/* A value and how it was reached; lives on the stack below the function that looks at it. */
struct at {
	const struct at *up; /* NULL: the document */
	const char *key;     /* member of up, or NULL: element number `index` */
	size_t index;
	json_t *value; /* NULL: absent or null */
	struct bd_arena *arena;
};

/* The document, which must be an object or an array within the limits; json_decref() it. */
int json_open(struct bd_str text, size_t limit, json_t **out, struct bd_error *err) BD_CHECKED;
/* Objects, arrays and elements of a text: what takes memory, counted before it does. */
size_t json_values(struct bd_str text);

struct at at_root(json_t *document, struct bd_arena *arena);
struct at at_member(const struct at *up, const char *key);
struct at at_element(const struct at *up, size_t index);
int at_error(const struct at *at, struct bd_error *err, const char *what); /* BD_ERR_FORMAT, "path: what" */

/* Type checks: absent passes. */
int at_object(const struct at *at, struct bd_error *err) BD_CHECKED;
int at_array(const struct at *at, size_t most, struct bd_error *err) BD_CHECKED;

/* Members of the object `at`; absent ones leave NULL, false or the value that *out had. */
int get_text(const struct at *at, const char *key, const char **out, struct bd_error *err) BD_CHECKED;
int get_bool(const struct at *at, const char *key, bool *out, struct bd_error *err) BD_CHECKED;
int get_integer(const struct at *at, const char *key, int64_t *out, struct bd_error *err) BD_CHECKED;
int get_texts(const struct at *at, const char *key, struct bd_string_vec *out, struct bd_error *err) BD_CHECKED;
int get_pairs(const struct at *at, const char *key, struct bd_key_value_vec *out, struct bd_error *err) BD_CHECKED;
int get_keys(
	const struct at *at, const char *key, struct bd_string_vec *out, struct bd_error *err) BD_CHECKED; /* sorted */

/* Into the arena, with room for all at once. */
void vec_of_texts(struct bd_string_vec *out, size_t n, struct bd_arena *arena);

#endif
