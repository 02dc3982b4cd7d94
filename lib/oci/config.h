/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCI_CONFIG_H
#define OCI_CONFIG_H

#include "oci/json.h"

/* Platform, created, author and the `config` object: what a config and a legacy layer's json share. */
int read_settings(const struct at *root, struct bd_config *out, struct bd_error *err) BD_CHECKED;
/* A list; also a single string, as Docker's own reader takes it (strslice). */
int get_words(const struct at *at, const char *key, struct bd_string_vec *out, struct bd_error *err) BD_CHECKED;

#endif
