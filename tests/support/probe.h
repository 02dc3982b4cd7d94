/* SPDX-License-Identifier: Apache-2.0 */
/* basedrift-probe: feeds outside vectors to one module.  Each function is one of its commands and returns the exit
 * status. */
#ifndef PROBE_H
#define PROBE_H

#include <jansson.h>

#include "basedrift/base.h"

void probe_stdin(struct bd_buf *out);
json_t *probe_text(struct bd_arena *arena, const char *s); /* null of NULL */
/* One line of JSON; the document is taken. */
int probe_print(json_t *document);
int probe_print_error(const struct bd_error *err, struct bd_arena *arena);

int probe_dockerfile(int argc, char **argv); /* the arguments behind "dockerfile" */
int probe_image(int argc, char **argv);
int probe_catalog(int argc, char **argv);
int probe_os_release(void);
int probe_version(int argc, char **argv);
int probe_version_valid(int argc, char **argv);
int probe_vers(void);
int probe_purl(void);
int probe_tree(int argc, char **argv); /* the arguments behind "tree" */
int probe_reference(void);
int probe_provenance(int argc, char **argv); /* the arguments behind "provenance" */

#endif
