/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
/* Nix reads nothing but the directory's name: the input is one below /nix/store. */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	struct bd_str none = { NULL, 0 };
	bd_buf_add_str(&path, "nix/store/");
	for (size_t i = 0; i < size; i++) {
		bd_buf_add_char(&path, data[i] == '\0' || data[i] == '/' ? '-' : (char)data[i]);
	}
	const struct bd_cataloger *cataloger = bd_cataloger_for_directory(bd_buf_str(&path));
	if (cataloger == NULL) { /* an empty name */
		return 0;
	}
	require(bd_streq(cataloger->name, "nix"), "the directory is this cataloger's");
	const struct bd_catalog_in in = {
		.path = bd_buf_str(&path), .bytes = none, .file = fuzz_file, .context = &none
	};
	fuzz_parse(cataloger, &in);
	return 0;
}
