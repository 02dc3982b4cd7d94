/* SPDX-License-Identifier: Apache-2.0 */
/* Docker before 1.10: `repositories`, and a folder per layer with VERSION, json and layer.tar. */
#ifndef SOURCE_LEGACY_H
#define SOURCE_LEGACY_H

#include "source/stored.h"

int legacy_open(struct stored_image *image, const struct request *request, struct bd_error *err) BD_CHECKED;

#endif
