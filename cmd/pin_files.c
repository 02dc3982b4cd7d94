/* SPDX-License-Identifier: Apache-2.0 */
#include "pin_files.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "basedrift/limits.h"

#include "input.h"

/* Below dir, as a relative path; NULL: it is elsewhere. */
static const char *below(const char *path, const char *dir)
{
	const size_t n = strlen(dir);
	return strncmp(path, dir, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

/* `git apply` takes paths below the folder it runs in; of files elsewhere, those below the checkout's root. */
static const char *patch_name(struct bd_arena *arena, const char *path)
{
	char *real = realpath(path, NULL);
	char *here = realpath(".", NULL);
	const char *name = real != NULL && here != NULL ? below(real, here) : NULL;
	if (name == NULL && real != NULL) {
		struct bd_vcs vcs = { .present = false };
		struct bd_error ignored;
		const char *root = NULL;
		const struct bd_str dir = bd_path_dir(bd_str(real));
		if (bd_git_read(bd_arena_text(arena, dir.p, dir.n), arena, &vcs, &root, &ignored) == 0 &&
			root != NULL) {
			char *real_root = realpath(root, NULL);
			name = real_root != NULL ? bd_arena_strdup(arena, below(real, real_root)) : NULL;
			free(real_root);
		}
	}
	name = bd_arena_strdup(arena, name != NULL ? name : path + strspn(path, "/"));
	free(real);
	free(here);
	return name;
}

static int take_file(struct arguments *arguments, struct pin_files *files, const char *path, struct bd_error *err)
{
	const struct bd_build_arg *args = NULL;
	struct bd_build_arg *list = bd_arena_alloc(&files->arena, (arguments->build_args.len + 1) * sizeof(*list));
	for (size_t i = 0; i < arguments->build_args.len; i++) {
		list[i] = (struct bd_build_arg){ arguments->build_args.v[i].key, arguments->build_args.v[i].value };
		args = list;
	}
	const struct bd_dockerfile_options options = {
		.build_args = args, .build_arg_count = arguments->build_args.len, .platform = arguments->platform
	};
	struct bd_buf *bytes = &files->bytes[files->len];
	if (read_input(path, BD_LIMIT_DOCKERFILE_BYTES, bytes, err) < 0) {
		return -(int)err->code;
	}
	struct bd_pin_file *file = bd_vec_push(files);
	*file = (struct bd_pin_file){ .path = path,
		.patch = patch_name(&files->arena, path),
		.compose = bd_pin_is_compose(path),
		.bytes = bd_buf_view(bytes) };
	return bd_pin_read(file, &options, &files->arena, err);
}

static const char *default_file(const struct arguments *arguments)
{
	return arguments->dockerfile != NULL                                           ? arguments->dockerfile
	       : access("Dockerfile", F_OK) != 0 && access("Containerfile", F_OK) == 0 ? "Containerfile"
										       : "Dockerfile";
}

int open_pin_files(struct arguments *arguments, struct pin_files *out, struct bd_error *err)
{
	const size_t count = arguments->operands.len;
	*out = (struct pin_files){ .bytes = bd_xcalloc(count + 2, sizeof(*out->bytes)) };
	if (count == 0) {
		return take_file(arguments, out, default_file(arguments), err);
	}
	for (size_t i = 0; i < count; i++) {
		if (take_file(arguments, out, arguments->operands.v[i], err) < 0) {
			return -(int)err->code;
		}
	}
	return 0;
}

void pin_files_release(struct pin_files *files)
{
	for (size_t i = 0; i < files->len; i++) {
		bd_buf_release(&files->bytes[i]);
	}
	if (files->bytes != NULL) {
		bd_buf_release(&files->bytes[files->len]); /* one that could not be read */
	}
	free(files->bytes);
	free(files->v);
	bd_arena_release(&files->arena);
}
