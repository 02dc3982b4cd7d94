/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Language runtimes that were compiled or unpacked into a prefix without any package manager, as in
 * the official python, node, ruby, php and perl images: told by the file of their installation that
 * states the full version.  Those that dpkg or apk own are theirs: the caller sees who owns the file.
 */
#include "basedrift/version.h"

#include "base/auto.h"
#include "catalog/catalogers.h"

struct runtime {
	const char *name;
	const char *variable; /* of the official image's settings */
	const char *pattern;  /* the file that states the version */
	const char *anchor;   /* what follows the prefix in that file's path */
	/* The version into out, false when the file does not state one. */
	bool (*version)(struct bd_str bytes, struct bd_buf *out);
	/*
	 * What it installs below its prefix, NULL-ended; a final "/" makes it a folder with everything
	 * below.  %V: the version, %S: the first two numbers of it, %F: the folder after the anchor.
	 */
	const char *const *files;
};

/* ---- how the files state it ---------------------------------------------------------------------- */

static bool is_between(char c)
{
	return c == ' ' || c == '\t' || c == '=' || c == '>';
}

/* The value of a line "KEY VALUE", "KEY = VALUE" or "KEY => VALUE", quotes taken off; false when there is no such line.
 */
static bool find_value(struct bd_str rest, const char *key, struct bd_str *out)
{
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		line = bd_str_trim(line);
		if (!bd_str_starts(line, key)) {
			continue;
		}
		struct bd_str value = { line.p + strlen(key), line.n - strlen(key) };
		if (value.n == 0 || !is_between(value.p[0])) {
			continue;
		}
		while (value.n > 0 && is_between(value.p[0])) {
			value.p++;
			value.n--;
		}
		if (value.n > 0 && (value.p[0] == '"' || value.p[0] == '\'')) {
			const char quote = value.p[0];
			value.p++;
			value.n--;
			value = bd_str_cut(&value, quote);
		} else {
			value = bd_str_cut(&value, ' ');
		}
		*out = value;
		return true;
	}
	return false;
}

static bool is_version_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '+' ||
	       c == '-' || c == '_' || c == '~';
}

/* Digits first, nothing that a version does not have: these files are source code. */
static bool add_version(struct bd_buf *out, struct bd_str text)
{
	if (text.n == 0 || text.p[0] < '0' || text.p[0] > '9') {
		return false;
	}
	for (size_t i = 0; i < text.n; i++) {
		if (!is_version_byte(text.p[i])) {
			return false;
		}
	}
	bd_buf_add(out, text.p, text.n);
	return true;
}

static bool add_value(struct bd_str bytes, const char *key, struct bd_buf *out)
{
	struct bd_str value = { NULL, 0 };
	return find_value(bytes, key, &value) && add_version(out, value);
}

static bool python_version(struct bd_str bytes, struct bd_buf *out)
{
	return add_value(bytes, "#define PY_VERSION", out);
}

static bool php_version(struct bd_str bytes, struct bd_buf *out)
{
	return add_value(bytes, "#define PHP_VERSION", out);
}

static bool perl_version(struct bd_str bytes, struct bd_buf *out)
{
	return add_value(bytes, "version", out);
}

/* node_version.h: three numbers, and whether they are a release's. */
static bool node_version(struct bd_str bytes, struct bd_buf *out)
{
	struct bd_str release = { NULL, 0 };
	if (!add_value(bytes, "#define NODE_MAJOR_VERSION", out)) {
		return false;
	}
	bd_buf_add_char(out, '.');
	if (!add_value(bytes, "#define NODE_MINOR_VERSION", out)) {
		return false;
	}
	bd_buf_add_char(out, '.');
	if (!add_value(bytes, "#define NODE_PATCH_VERSION", out)) {
		return false;
	}
	if (find_value(bytes, "#define NODE_VERSION_IS_RELEASE", &release) && bd_str_is(release, "0")) {
		bd_buf_add_str(out, "-pre");
	}
	return true;
}

/* rbconfig.rb: RUBY_PROGRAM_VERSION, and in rubies before 2.0 only its numbers. */
static bool ruby_version(struct bd_str bytes, struct bd_buf *out)
{
	if (add_value(bytes, "CONFIG[\"RUBY_PROGRAM_VERSION\"]", out)) {
		return true;
	}
	static const char *const keys[] = { "CONFIG[\"MAJOR\"]", "CONFIG[\"MINOR\"]", "CONFIG[\"TEENY\"]" };
	bd_buf_clear(out);
	for (size_t i = 0; i < 3; i++) {
		if (i > 0) {
			bd_buf_add_char(out, '.');
		}
		if (!add_value(bytes, keys[i], out)) {
			return false;
		}
	}
	return true;
}

/* ---- the runtimes ------------------------------------------------------------------------------- */

/* clang-format off */
static const char *const node_files[] = { "bin/node", "bin/nodejs", "bin/npm", "bin/npx", "bin/corepack",
	"include/node/", "share/doc/node/", "share/man/man1/node.1", "share/systemtap/tapset/node.stp",
	"LICENSE", "README.md", "CHANGELOG.md", NULL };
static const char *const perl_files[] = { "lib/perl5/%V/", "bin/perl", "bin/perl%V", "bin/corelist", "bin/cpan",
	"bin/enc2xs", "bin/encguess", "bin/h2ph", "bin/h2xs", "bin/instmodsh", "bin/json_pp", "bin/libnetcfg",
	"bin/perlbug", "bin/perldoc", "bin/perlivp", "bin/perlthanks", "bin/piconv", "bin/pl2pm", "bin/pod2html",
	"bin/pod2man", "bin/pod2text", "bin/pod2usage", "bin/podchecker", "bin/prove", "bin/ptar", "bin/ptardiff",
	"bin/ptargrep", "bin/shasum", "bin/splain", "bin/streamzip", "bin/xsubpp", "bin/zipdetails", NULL };
static const char *const php_files[] = { "bin/php", "bin/php-cgi", "bin/php-config", "bin/phpdbg", "bin/phpize",
	"bin/phar", "bin/phar.phar", "bin/pear", "bin/peardev", "bin/pecl", "sbin/php-fpm", "include/php/",
	"lib/php/", "lib/libphp.so", "php/", "share/php/fpm/", "etc/pear.conf", "etc/php-fpm.conf.default",
	"etc/php-fpm.d/www.conf.default", NULL };
static const char *const python_files[] = { "lib/python%S/", "lib/%F/", "include/%F/", "bin/python", "bin/python2",
	"bin/python3", "bin/python%S", "bin/%F", "bin/python-config", "bin/python2-config", "bin/python3-config",
	"bin/python%S-config", "bin/%F-config", "bin/idle", "bin/idle3", "bin/idle%S", "bin/pydoc", "bin/pydoc3",
	"bin/pydoc%S", "bin/2to3", "bin/2to3-%S", "bin/smtpd.py", "bin/pyvenv", "bin/pyvenv-%S", "lib/libpython3.so",
	"lib/libpython%S.so", "lib/lib%F.so", "lib/libpython%S.so.1.0", "lib/lib%F.so.1.0", "lib/libpython%S.a",
	"lib/lib%F.a", "lib/pkgconfig/python.pc", "lib/pkgconfig/python2.pc", "lib/pkgconfig/python3.pc",
	"lib/pkgconfig/python3-embed.pc", "lib/pkgconfig/python-%S.pc", "lib/pkgconfig/python-%S-embed.pc",
	"share/man/man1/python.1", "share/man/man1/python2.1", "share/man/man1/python3.1",
	"share/man/man1/python%S.1", NULL };
static const char *const ruby_files[] = { "lib/ruby/%F/", "lib/ruby/gems/%F/", "lib/ruby/site_ruby/%F/",
	"lib/ruby/vendor_ruby/%F/", "include/ruby-%F/", "bin/ruby", "bin/bundle", "bin/bundler", "bin/erb", "bin/gem",
	"bin/irb", "bin/racc", "bin/rake", "bin/rbs", "bin/rdbg", "bin/rdoc", "bin/ri", "bin/syntax_suggest",
	"bin/typeprof", "lib/libruby.so", "lib/libruby.so.%S", "lib/libruby.so.%V", "lib/libruby-static.a",
	"lib/pkgconfig/ruby-%S.pc", "share/man/man1/erb.1", "share/man/man1/irb.1", "share/man/man1/ri.1",
	"share/man/man1/ruby.1", "share/man/man5/gemfile.5", "share/ri/%F/", "share/doc/ruby/", NULL };

static const struct runtime runtimes[] = {
	{ "node", "NODE_VERSION", "**/include/node/node_version.h", "include/", node_version, node_files },
	{ "perl", "PERL_VERSION", "**/lib/perl5/[0-9]*/*/Config.pm", "lib/perl5/", perl_version, perl_files },
	{ "php", "PHP_VERSION", "**/include/php/main/php_version.h", "include/", php_version, php_files },
	{ "python", "PYTHON_VERSION", "**/include/python*/patchlevel.h", "include/", python_version, python_files },
	{ "ruby", "RUBY_VERSION", "**/lib/ruby/[0-9]*/*/rbconfig.rb", "lib/ruby/", ruby_version, ruby_files },
};
/* clang-format on */

#define COUNT (sizeof(runtimes) / sizeof(runtimes[0]))

static const struct runtime *find_runtime(const char *path)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (bd_path_match(runtimes[i].pattern, path)) {
			return &runtimes[i];
		}
	}
	return NULL;
}

const char *bd_runtime_variable(const char *package_name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (bd_streq(runtimes[i].name, package_name)) {
			return runtimes[i].variable;
		}
	}
	return NULL;
}

/* Headers alone that node-gyp fetched to compile against are no runtime. */
static bool is_only_headers(const char *path)
{
	return strstr(path, "/node-gyp/") != NULL || strstr(path, ".node-gyp/") != NULL;
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	const struct runtime *runtime = find_runtime(in->path);
	AUTO(bd_buf_release) struct bd_buf version = { .n = 0 };
	if (runtime == NULL || is_only_headers(in->path)) {
		return 0;
	}
	if (!runtime->version(in->bytes, &version)) {
		/* other modules are called Config.pm too: Net::Config, CPAN::Config */
		if (bd_streq(runtime->name, "perl")) {
			return 0;
		}
		return bd_error_set(err, BD_ERR_FORMAT, "does not state the version of %s", runtime->name);
	}
	struct bd_package package = {
		.type = "generic", .name = runtime->name, .path = in->path, .layer = -1, .files = -1, .size_bytes = -1
	};
	package.version = bd_arena_text(arena, version.p, version.n);
	const struct bd_purl purl = { .type = "generic", .name = package.name, .version = package.version };
	package.purl = bd_purl_text(&purl, arena);
	*bd_vec_push(out) = package;
	return 0;
}

/* ---- files ------------------------------------------------------------------------------------- */

/* The last place where the anchor begins a component: a prefix may itself contain the word. */
static bool split_path(const struct runtime *runtime, struct bd_str path, struct bd_str *prefix, struct bd_str *folder)
{
	struct bd_str rest = path;
	size_t at = 0;
	bool found = false;
	while (bd_str_find(rest, runtime->anchor, &at)) {
		const size_t start = (size_t)(rest.p - path.p) + at;
		const size_t after = start + strlen(runtime->anchor);
		rest = (struct bd_str){ path.p + after, path.n - after };
		if (start == 0 || path.p[start - 1] == '/') {
			*prefix = (struct bd_str){ path.p, start };
			*folder = rest;
			found = true;
		}
	}
	if (found) {
		*folder = bd_str_cut(folder, '/');
	}
	return found;
}

/* "3.11" of "3.11.7" */
static struct bd_str series(const char *version)
{
	const struct bd_str whole = bd_str(version);
	struct bd_str rest = whole;
	(void)bd_str_cut(&rest, '.');
	(void)bd_str_cut(&rest, '.');
	const bool longer = rest.n > 0;
	return (struct bd_str){ whole.p, longer ? (size_t)(rest.p - whole.p) - 1 : whole.n };
}

static void expand(struct bd_buf *out, const char *text, const char *version, struct bd_str folder)
{
	for (const char *p = text; *p != '\0'; p++) {
		struct bd_str part = { p, 1 };
		if (*p == '%') {
			p++;
			part = *p == 'V' ? bd_str(version) : *p == 'S' ? series(version) : folder;
		}
		bd_buf_add(out, part.p, part.n);
	}
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	const struct runtime *runtime = find_runtime(in->path);
	AUTO(bd_buf_release) struct bd_buf last = { .n = 0 };
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	struct bd_str prefix;
	struct bd_str folder;
	(void)err;
	if (runtime == NULL || !split_path(runtime, bd_str(in->path), &prefix, &folder)) {
		return 0;
	}
	for (const char *const *file = runtime->files; *file != NULL; file++) {
		AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
		bd_buf_add(&text, prefix.p, prefix.n);
		expand(&text, *file, package->version, folder);
		/* "python3.6m" in the folder's name gives files of its own, "python3.11" those just named */
		const bool again = bd_str_equal(bd_buf_view(&text), bd_buf_view(&last));
		if (!again && bd_path_clean(&path, text.p, text.n) && path.n > 0) {
			const bool all_below = bd_str_ends(bd_str(*file), "/");
			const struct bd_owned_file owned_file = { .path = bd_buf_view(&path), .folder = all_below };
			each(&owned_file, context);
		}
		bd_buf_clear(&last);
		bd_buf_add(&last, text.p, text.n);
	}
	return 0;
}

const struct bd_cataloger bd_cataloger_runtime = {
	.name = "runtime",
	.purl_type = "generic",
	.primary = (const char *const[]){ "**/include/node/node_version.h", "**/lib/perl5/[0-9]*/*/Config.pm",
		"**/include/php/main/php_version.h", "**/include/python*/patchlevel.h",
		"**/lib/ruby/[0-9]*/*/rbconfig.rb", NULL },
	.parse = parse,
	.owned = owned,
};
