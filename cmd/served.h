/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CMD_SERVED_H
#define CMD_SERVED_H

#include "basedrift/explain.h"

#include "options.h"

struct served_list {
	struct bd_served *v; /* texts are the records' */
	size_t len, cap;
};
/*
 * Ask registries whether they still have what the report would pin; nobody is asked when offline.  True: there is
 * something new in the list, to explain the same records with once more.
 */
bool ask_served(const struct arguments *arguments, const struct bd_report *report, struct served_list *list);

#endif
