/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder of certificates as containers-certs.d(5) has it: *.crt authorities, *.cert and *.key our own;
 * or of Docker's: ca.pem, cert.pem, key.pem.
 */
#ifndef SOURCE_CERTIFICATES_H
#define SOURCE_CERTIFICATES_H

#include "basedrift/base.h"

struct certificates {
	struct bd_buf authorities; /* PEM: the system's bundle, then the folder's; empty: nothing was added */
	const char *own, *key;     /* paths, or NULL both */
};
/* bundle may be NULL.  Fails: no such folder, a *.crt or a bundle that cannot be read, a *.cert without its *.key. */
int certificates_read(const char *folder, const char *bundle, struct bd_arena *arena, struct certificates *out,
	struct bd_error *err) BD_CHECKED;
void certificates_release(struct certificates *certificates);

#endif
