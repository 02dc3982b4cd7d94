/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Erlang, Elixir, Gleam: an application is a folder with ebin/NAME.app (OTP, app(4)), in OTP itself, in releases and in
 * what rebar3 and mix built.  hex_metadata.config of the fetched sources, where it is still there, says that it came
 * from Hex and under which name.
 */
#include "format/erlang.h"

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"

struct app {
	struct bd_str name, version;
};

static bool is_atom(const struct format_erlang_token *token, const char *text)
{
	return token->kind == FORMAT_ERLANG_ATOM && bd_str_is(token->text, text);
}

/* {application, NAME, [… {vsn, "VERSION"} …]}.  with the two before the token at hand. */
static void read_token(
	const struct format_erlang_token *before, const struct format_erlang_token *token, struct app *out)
{
	if (token->kind == FORMAT_ERLANG_ATOM && token->depth == 1 && is_atom(&before[0], "application") &&
		before[1].kind == FORMAT_ERLANG_COMMA) {
		out->name = token->text;
	} else if (token->kind == FORMAT_ERLANG_STRING && token->depth == 3 && is_atom(&before[0], "vsn") &&
		   before[1].kind == FORMAT_ERLANG_COMMA) {
		out->version = token->text;
	}
}

static int read_app(struct bd_str bytes, struct app *out, struct bd_error *err)
{
	struct format_erlang reader = { .bytes = bytes };
	struct format_erlang_token before[2] = { { .kind = FORMAT_ERLANG_END } };
	struct format_erlang_token token;
	do {
		if (format_erlang_next(&reader, &token, err) < 0) {
			return -(int)err->code;
		}
		read_token(before, &token, out);
		before[0] = before[1];
		before[1] = token;
	} while (token.kind != FORMAT_ERLANG_DOT && token.kind != FORMAT_ERLANG_END);
	if (out->name.n == 0 || token.depth > 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "no {application, NAME, …} term");
	}
	return 0;
}

/* ---- Hex ------------------------------------------------------------------------------------------ */

/* {<<"KEY">>,<<"VALUE">>}. */
static void read_hex_metadata(struct bd_str bytes, struct app *out)
{
	struct format_erlang reader = { .bytes = bytes };
	struct format_erlang_token token = { .kind = FORMAT_ERLANG_COMMA };
	struct bd_str key = { NULL, 0 };
	struct bd_error ignored;
	while (token.kind != FORMAT_ERLANG_END && format_erlang_next(&reader, &token, &ignored) == 0) {
		if (token.kind != FORMAT_ERLANG_STRING || token.depth != 2) {
			key = token.depth == 0 ? (struct bd_str){ NULL, 0 } : key;
		} else if (key.p == NULL) {
			key = token.text;
		} else {
			out->name = bd_str_is(key, "name") ? token.text : out->name;
			out->version = bd_str_is(key, "version") ? token.text : out->version;
		}
	}
}

/*
 * In the application's folder (rebar3), or in deps/NAME of the project whose _build/ENVIRONMENT/lib/NAME this is
 * (mix).
 */
static bool find_hex(const struct bd_catalog_in *in, struct app *out)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	const struct bd_str folder = bd_path_dir(bd_path_dir(bd_str(in->path)));
	const struct bd_str name = bd_path_name(folder);
	size_t at = 0;
	bd_buf_printf(&path, "%.*s/hex_metadata.config", (int)folder.n, folder.p);
	struct bd_str bytes = in->file(in, bd_buf_str(&path));
	if (bytes.p == NULL && bd_str_find(folder, "_build/", &at) && (at == 0 || folder.p[at - 1] == '/')) {
		bd_buf_clear(&path);
		bd_buf_printf(&path, "%.*sdeps/%.*s/hex_metadata.config", (int)at, folder.p, (int)name.n, name.p);
		bytes = in->file(in, bd_buf_str(&path));
	}
	if (bytes.p != NULL) {
		read_hex_metadata(bytes, out);
	}
	return bytes.p != NULL && out->name.n > 0;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	struct app app = { .name = { NULL, 0 } };
	struct app hex = { .name = { NULL, 0 } };
	if (read_app(in->bytes, &app, err) < 0) {
		return -(int)err->code;
	}
	const bool is_hex = find_hex(in, &hex);
	struct bd_package package = package_at(in->path, is_hex ? "hex" : "otp");
	const struct bd_str name = is_hex ? hex.name : app.name;
	const struct bd_str version = app.version.n > 0 ? app.version : hex.version;
	package.name = bd_arena_text(arena, name.p, name.n);
	package.version = bd_arena_text(arena, version.n > 0 ? version.p : "", version.n);
	if (package_set_purl(&package, arena)) {
		*bd_vec_push(out) = package;
	}
	return 0;
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	AUTO(owned_release) struct owned_list files = { .each = each, .context = context };
	(void)package;
	(void)err;
	owned_folder_at(&files, bd_path_dir(bd_path_dir(bd_str(in->path))));
	return 0;
}

const struct bd_cataloger bd_cataloger_erlang = {
	.name = "erlang",
	.purl_type = "otp",
	.primary = (const char *const[]){ "**/ebin/*.app", NULL },
	.companions = (const char *const[]){ "**/hex_metadata.config", NULL },
	.parse = parse,
	.owned = owned,
};
