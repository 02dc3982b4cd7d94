/* SPDX-License-Identifier: Apache-2.0 */
#include "output.h"

int write_output(const char *path, struct bd_str bytes, struct bd_error *err)
{
	struct bd_output *output = NULL;
	int result = bd_output_open(path != NULL ? path : "-", &output, err);
	if (result == 0) {
		result = bd_output_write(output, bytes, err);
	}
	if (result == 0) {
		result = bd_output_commit(output, err);
	}
	bd_output_close(output);
	return result;
}

int check_outputs(const struct arguments *arguments, struct bd_error *err)
{
	const char *first = NULL;
	for (size_t i = 0; i < arguments->outputs.len; i++) {
		const struct output *output = &arguments->outputs.v[i];
		if (output->file == NULL && first != NULL) {
			return bd_error_set(err, BD_ERR_USAGE,
				"-o %s and -o %s both go to standard output: give one of them a file", first,
				output->format);
		}
		first = output->file == NULL ? output->format : first;
	}
	return 0;
}
