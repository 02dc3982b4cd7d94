/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is taken from a jar and the jars in it, as text, one line each, fields between tabs:
 *
 *	jar	PATH                                    what follows is of this archive; "" is the file itself,
 *	                                                        "lib/a.war!/WEB-INF/lib/b.jar" one in another
 *	manifest                                                it has one
 *	main	KEY	VALUE                           of the manifest's main section
 *	part	KEY	VALUE                           of another section, the first one that has it
 *	properties	FOLDER	GROUP	ARTIFACT	VERSION                 pom.properties
 *	project	FOLDER	GROUP	ARTIFACT	VERSION	PARENT-GROUP	PARENT-VERSION  pom.xml
 */
#ifndef CATALOG_JAVA_ARCHIVE_H
#define CATALOG_JAVA_ARCHIVE_H

#include "basedrift/base.h"

/* Is this the name of a Java archive?  In an archive nothing else is looked into. */
bool java_archive_name(struct bd_str name);
/* Fails: BD_ERR_FORMAT, BD_ERR_LIMIT; out has what was read before. */
int java_archive_read(struct bd_str bytes, struct bd_buf *out, struct bd_error *err) BD_CHECKED;

#endif
