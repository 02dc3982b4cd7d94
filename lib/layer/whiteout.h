/* SPDX-License-Identifier: Apache-2.0 */
/* Names that mean something else than a file: OCI image-spec, layer.md, "Whiteouts". */
#ifndef LAYER_WHITEOUT_H
#define LAYER_WHITEOUT_H

#include "basedrift/base.h"

enum name_meaning {
	NAME_FILE,
	NAME_WHITEOUT,
	NAME_OPAQUE,
	NAME_AUFS,
	NAME_BAD_WHITEOUT
};
/* path is clean; hidden: what a whiteout removes, or the directory that is opaque. */
enum name_meaning whiteout_meaning(struct bd_str path, struct bd_buf *hidden);

#endif
