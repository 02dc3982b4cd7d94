/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OCI_DESCRIPTOR_H
#define OCI_DESCRIPTOR_H

#include "oci/json.h"

/* OCI image-spec, descriptor.md.  Absent is an error: callers ask only for what is required or there. */
int read_descriptor(const struct at *at, struct bd_descriptor *out, struct bd_error *err) BD_CHECKED;
/* A media type as RFC 6838, 4.2 spells them; NULL passes. */
int check_media_type(const struct at *at, const char *key, const char *value, struct bd_error *err) BD_CHECKED;
int read_platform(const struct at *at, struct bd_platform *out, struct bd_error *err) BD_CHECKED;

#endif
