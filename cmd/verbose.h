/* SPDX-License-Identifier: Apache-2.0 */
/* What -v adds on standard error: each request, and what each base is known by. */
#ifndef CMD_VERBOSE_H
#define CMD_VERBOSE_H

#include "basedrift/record.h"

#include "options.h"

/* For bd_source_options; context is struct arguments. */
void print_request(const char *sentence, void *context);
void print_evidence(const struct arguments *arguments, const struct bd_record *record);

#endif
