/* SPDX-License-Identifier: Apache-2.0 */
/* What the go command says of a build: debug/buildinfo in a program, runtime/debug.BuildInfo as text. */
#ifndef CATALOG_GO_BUILD_H
#define CATALOG_GO_BUILD_H

#include "basedrift/base.h"

/*
 * The build information of an executable's bytes, as text: the toolchain ("go1.22.1") in the first line, then what
 * `go version -m` prints, without its tabs in front ("path", "mod", "dep", "=>", "build").
 * false: it has none.
 */
bool go_build_info(struct bd_str bytes, struct bd_buf *out);
#endif
