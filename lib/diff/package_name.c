/* SPDX-License-Identifier: Apache-2.0 */
#include "diff/package_name.h"

#include <string.h>

/* Catalogers keep the name that the ecosystem's tool prints, with the namespace in it; purls have the two apart. */
static const char *without_namespace(const struct bd_package *package)
{
	const size_t n = package->namespace != NULL ? strlen(package->namespace) : 0;
	if (n == 0 || package->name == NULL || strncmp(package->name, package->namespace, n) != 0) {
		return package->name;
	}
	const bool joined = package->name[n] == '/' || package->name[n] == ':';
	return joined && package->name[n + 1] != '\0' ? package->name + n + 1 : package->name;
}

static bool is_separator(char c)
{
	return c == '-' || c == '_' || c == '.';
}

/* The next letter of a normalised name: runs of "-", "_" and "." are one "-", letters are small (PyPA, name
 * normalization). */
static unsigned char next_normalised(const char **text)
{
	const char c = **text;
	if (c == '\0') {
		return '\0';
	}
	(*text)++;
	if (is_separator(c)) {
		while (is_separator(**text)) {
			(*text)++;
		}
		return '-';
	}
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static int compare_python_names(const char *a, const char *b)
{
	unsigned char x;
	unsigned char y;
	do {
		x = next_normalised(&a);
		y = next_normalised(&b);
	} while (x == y && x != '\0');
	return (x > y) - (x < y);
}

int compare_package_names(const struct bd_package *a, const struct bd_package *b)
{
	const char *left = without_namespace(a);
	const char *right = without_namespace(b);
	if (left != NULL && right != NULL && bd_streq(a->type, "pypi")) {
		return compare_python_names(left, right);
	}
	return bd_strcmp0(left, right);
}
