/* SPDX-License-Identifier: Apache-2.0 */
/* One function for each kind of finding; all append to the diff's vectors. */
#ifndef DIFF_PARTS_H
#define DIFF_PARTS_H

#include "basedrift/diff.h"

void diff_bases(struct bd_diff *diff);
void diff_packages(struct bd_diff *diff, const struct bd_diff_options *options);
void diff_owners(struct bd_diff *diff); /* of all packages, once they are there */
void diff_settings(struct bd_diff *diff);
void diff_files(struct bd_diff *diff, const struct bd_diff_options *options);
void diff_inputs(struct bd_diff *diff);
void diff_layers(struct bd_diff *diff); /* after diff_packages: it counts them */

#endif
