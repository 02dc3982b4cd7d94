/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PAPERS_FILE_H
#define PAPERS_FILE_H

#include "basedrift/papers.h"

#define DIGEST_A "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DIGEST_B "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define DIGEST_C "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
#define DIGEST_D "sha256:dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"

/* A file of tests/data/origin, in the arena; fails the test when it is not there. */
struct bd_str papers_file(const char *name, struct bd_arena *arena);
/* "kind reference digest's-first-letter-or-'-' platform", one a line. */
const char *materials_text(const struct bd_material_vec *materials, struct bd_arena *arena);
/* No planted secret in any text of the papers. */
void assert_no_secret(const struct bd_build_papers *papers);

#endif
