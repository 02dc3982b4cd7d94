/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PIN_PIN_PARTS_H
#define PIN_PIN_PARTS_H

#include "basedrift/pin.h"

struct pin_reading {
	struct bd_pin_file *file;
	const struct bd_dockerfile_options *options;
	struct bd_arena *arena;
};
/* Name, digest and class of a use whose as_written is set; reference: its normalised form, or NULL. */
void pin_classify(struct bd_pin_use *use, const char *reference, struct bd_arena *arena);
int pin_read_dockerfile(const struct pin_reading *reading, struct bd_error *err) BD_CHECKED;
int pin_read_compose(const struct pin_reading *reading, struct bd_error *err) BD_CHECKED;
/* Where the reference of a Dockerfile stands: sets at and n, or not_editable. */
void pin_locate(
	struct bd_pin_use *use, const struct pin_reading *reading, char escape, const struct bd_pin_use_vec *before);

/* The same of an ARG that the whole reference is made from, and nothing else: sets edited, too.  false: it is not so.
 */
bool pin_locate_argument(struct bd_pin_use *use, const struct pin_reading *reading,
	const struct bd_dockerfile *dockerfile, const struct bd_image_use *image);
size_t pin_line_begin(struct bd_str bytes, int number);

#endif
