/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ruby gems: what stands in a folder "specifications" is installed (Gem::Specification.dirs), in its folder
 * "default" the gems that ruby itself brought; and Bundler's checkouts of repositories, bundler/gems/NAME-COMMIT.
 * A specification is Ruby source, which RubyGems writes in one form (Gem::Specification#to_ruby): it is read as that,
 * never run.
 */
#include <string.h>

#include "base/auto.h"
#include "catalog/catalogers.h"
#include "catalog/owned.h"
#include "catalog/package.h"
#include "format/ruby.h"

/* Of ".../ruby/3.1.0/specifications/default/json-2.6.1.gemspec" */
struct place {
	struct bd_str base;  /* ".../ruby/3.1.0"; of a checkout its own folder */
	struct bd_str full;  /* "json-2.6.1" */
	bool is_default;     /* its files are among ruby's own */
	bool is_checkout;    /* of a repository, by Bundler */
	struct bd_str below; /* of a checkout: the folder of a gem that is not at its top, or empty */
};

static struct bd_str without_ending(struct bd_str name, const char *ending)
{
	return bd_str_ends(name, ending) ? (struct bd_str){ name.p, name.n - strlen(ending) } : name;
}

/* The folder "bundler/gems/NAME-COMMIT" in which dir lies, or is; false: in none. */
static bool find_checkout(struct bd_str dir, struct place *place)
{
	const struct bd_str above = bd_path_dir(dir);
	if (bd_str_is(bd_path_name(above), "gems") && bd_str_is(bd_path_name(bd_path_dir(above)), "bundler")) {
		place->base = dir;
		return true;
	}
	if (above.n == 0 || !find_checkout(above, place)) {
		return false;
	}
	return true;
}

static struct place find_place(const char *path)
{
	const struct bd_str dir = bd_path_dir(bd_str(path));
	struct place place = { .base = bd_path_dir(dir) };
	place.full = without_ending(bd_path_name(bd_str(path)), ".gemspec");
	if (bd_str_is(bd_path_name(dir), "specifications")) {
		return place;
	}
	if (bd_str_is(bd_path_name(dir), "default") && bd_str_is(bd_path_name(place.base), "specifications")) {
		place.is_default = true;
		place.base = bd_path_dir(place.base);
		return place;
	}
	place.is_checkout = find_checkout(dir, &place);
	if (place.is_checkout && dir.n > place.base.n) {
		place.below = bd_path_name(dir);
	}
	return place;
}

/* A specification inside an installed gem, or deeper in a checkout, belongs to that one's tests. */
static bool is_inside_gem(const struct bd_catalog_in *in, const struct place *place)
{
	AUTO(bd_buf_release) struct bd_buf path = { .n = 0 };
	struct place outer;
	if (place->is_checkout) {
		return place->below.n > 0 && !bd_str_equal(place->below, place->full);
	}
	for (struct bd_str dir = place->base; dir.n > 0; dir = bd_path_dir(dir)) {
		const struct bd_str above = bd_path_dir(dir);
		if (!bd_str_is(bd_path_name(above), "gems")) {
			continue;
		}
		const struct bd_str root = bd_path_dir(above);
		const struct bd_str name = bd_path_name(dir);
		bd_buf_clear(&path);
		bd_buf_printf(&path, "%.*s%sspecifications/%.*s.gemspec", (int)root.n, root.n > 0 ? root.p : "",
			root.n > 0 ? "/" : "", (int)name.n, name.p);
		if (find_checkout(dir, &outer) || in->file(in, bd_buf_str(&path)).p != NULL) {
			return true;
		}
	}
	return false;
}

/* ---- reading the source ------------------------------------------------------------------------------- */

struct source {
	struct bd_str bytes;
	struct bd_str variable; /* "s" of "Gem::Specification.new do |s|" */
	struct bd_str called;   /* what follows "Gem::Specification.new": perhaps name and version */
};

static struct bd_str from(struct bd_str s, size_t at)
{
	return (struct bd_str){ s.p + at, s.n - at };
}

static bool is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static struct source find_source(struct bd_str bytes)
{
	struct source source = { .bytes = bytes };
	size_t at = 0;
	if (!bd_str_find(bytes, "Gem::Specification.new", &at)) {
		return source;
	}
	source.called = from(bytes, at + strlen("Gem::Specification.new"));
	struct bd_str line = source.called;
	line = bd_str_cut(&line, '\n');
	struct bd_str bars = line;
	(void)bd_str_cut(&bars, '|');
	source.variable = bd_str_trim(bd_str_cut(&bars, '|'));
	for (size_t i = 0; i < source.variable.n; i++) {
		if (!is_word(source.variable.p[i])) {
			source.variable.n = 0;
		}
	}
	return source;
}

/* "s.name" at the front of line, and what is assigned to it: from there to the end of the source. */
static bool is_assignment(const struct source *source, struct bd_str at, size_t word, struct bd_str *value)
{
	size_t i = word;
	if (at.p > source->bytes.p && (is_word(at.p[-1]) || at.p[-1] == '.' || at.p[-1] == '"' || at.p[-1] == '\'')) {
		return false;
	}
	while (i < at.n && (at.p[i] == ' ' || at.p[i] == '\t')) {
		i++;
	}
	if (i + 1 >= at.n || at.p[i] != '=' || at.p[i + 1] == '=' || at.p[i + 1] == '~') {
		return false;
	}
	const char *start = at.p + i + 1;
	*value = (struct bd_str){ start, source->bytes.n - (size_t)(start - source->bytes.p) };
	return true;
}

static bool find_in_line(const struct source *source, struct bd_str line, const char *word, struct bd_str *value)
{
	size_t at = 0;
	while (bd_str_find(line, word, &at)) {
		line = from(line, at);
		if (is_assignment(source, line, strlen(word), value)) {
			return true;
		}
		line = from(line, 1);
	}
	return false;
}

/* The first assignment to a member of the specification. */
static bool find_value(const struct source *source, const char *member, struct bd_str *value)
{
	AUTO(bd_buf_release) struct bd_buf word = { .n = 0 };
	struct bd_str rest = source->bytes;
	struct bd_str line;
	if (source->variable.n == 0) {
		return false;
	}
	bd_buf_printf(&word, "%.*s.%s", (int)source->variable.n, source->variable.p, member);
	while (bd_str_line(&rest, &line)) {
		const struct bd_str text = bd_str_trim(line);
		if (!bd_str_starts(text, "#") && find_in_line(source, text, bd_buf_str(&word), value)) {
			return true;
		}
	}
	return false;
}

/* "1.0", Gem::Version.new("1.0"), Gem::Platform.new('java'), Gem::Platform::RUBY; false: computed otherwise. */
static bool read_text(struct bd_str value, struct bd_buf *out)
{
	static const char *const wrappers[] = { "Gem::Version.new", "Gem::Version.create", "Gem::Platform.new" };
	value = format_ruby_skip(value);
	bd_buf_clear(out);
	if (bd_str_starts(value, "Gem::Platform::RUBY")) {
		bd_buf_add_str(out, "ruby");
		return true;
	}
	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++) {
		if (bd_str_starts(value, wrappers[i])) {
			value = format_ruby_skip(from(value, strlen(wrappers[i])));
			value = bd_str_starts(value, "(") ? format_ruby_skip(from(value, 1)) : value;
		}
	}
	if (!format_ruby_string(&value, out) || memchr(out->p, '\0', out->n) != NULL) {
		bd_buf_clear(out);
		return false;
	}
	return true;
}

struct identity {
	struct bd_buf name, version, platform;
};

static void identity_release(struct identity *identity)
{
	bd_buf_release(&identity->name);
	bd_buf_release(&identity->version);
	bd_buf_release(&identity->platform);
}

static void set_text(struct bd_buf *out, struct bd_str text)
{
	bd_buf_clear(out);
	if (memchr(text.n > 0 ? text.p : "", '\0', text.n) == NULL) {
		bd_buf_add(out, text.n > 0 ? text.p : "", text.n);
	}
}

/*
 * "# stub: NAME VERSION PLATFORM PATHS…" among the first lines: what RubyGems itself lists without reading further
 * (Gem::StubSpecification).
 */
static bool read_stub(struct bd_str rest, struct identity *out)
{
	struct bd_str line;
	for (size_t i = 0; i < 5 && bd_str_line(&rest, &line); i++) {
		if (!bd_str_starts(line, "# stub: ")) {
			continue;
		}
		line = from(line, strlen("# stub: "));
		set_text(&out->name, bd_str_cut(&line, ' '));
		set_text(&out->version, bd_str_cut(&line, ' '));
		set_text(&out->platform, bd_str_cut(&line, ' '));
		return out->name.n > 0 && out->version.n > 0;
	}
	return false;
}

/* Gem::Specification.new "name", "1.0" do |s| */
static void read_arguments(const struct source *source, struct identity *out)
{
	struct bd_str rest = format_ruby_skip(source->called);
	rest = bd_str_starts(rest, "(") ? format_ruby_skip(from(rest, 1)) : rest;
	if (!format_ruby_string(&rest, &out->name) || memchr(out->name.p, '\0', out->name.n) != NULL) {
		bd_buf_clear(&out->name);
		return;
	}
	rest = format_ruby_skip(rest);
	if (bd_str_starts(rest, ",")) {
		(void)read_text(from(rest, 1), &out->version);
	}
}

static void read_members(const struct source *source, struct identity *out)
{
	struct bd_str value;
	read_arguments(source, out);
	if (find_value(source, "name", &value)) {
		(void)read_text(value, &out->name);
	}
	if (find_value(source, "version", &value)) {
		(void)read_text(value, &out->version);
	}
	if (find_value(source, "platform", &value)) {
		(void)read_text(value, &out->platform);
	}
}

/* "NAME-VERSION[-PLATFORM]" is how RubyGems names the file; Bundler's checkouts are called by the name alone. */
static void read_file_name(const struct place *place, struct identity *out)
{
	struct bd_str rest = place->full;
	if (out->name.n == 0 && place->is_checkout) {
		set_text(&out->name, rest);
	}
	if (out->version.n > 0 || place->is_checkout || !bd_str_starts(rest, bd_buf_str(&out->name)) ||
		rest.n <= out->name.n + 1 || rest.p[out->name.n] != '-') {
		return;
	}
	rest = from(rest, out->name.n + 1);
	const struct bd_str version = bd_str_cut(&rest, '-');
	set_text(&out->version, version);
	if (out->platform.n == 0) {
		set_text(&out->platform, rest);
	}
}

static const char *take_text(const struct bd_buf *text, struct bd_arena *arena)
{
	return bd_arena_text(arena, bd_buf_str(text), text->n);
}

static int parse(
	const struct bd_catalog_in *in, struct bd_arena *arena, struct bd_package_vec *out, struct bd_error *err)
{
	AUTO(identity_release) struct identity identity = { .name = { NULL, 0, 0 } };
	const struct place place = find_place(in->path);
	const struct source source = find_source(in->bytes);
	struct bd_key_value platform = { "platform", NULL };
	struct bd_package package = package_at(in->path, "gem");
	if (is_inside_gem(in, &place)) {
		return 0;
	}
	if (!read_stub(in->bytes, &identity)) {
		read_members(&source, &identity);
	}
	read_file_name(&place, &identity);
	if (identity.name.n == 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "no name of a gem");
	}
	package.name = take_text(&identity.name, arena);
	package.version = take_text(&identity.version, arena);
	if (identity.platform.n > 0 && !bd_str_is(bd_buf_view(&identity.platform), "ruby")) {
		platform.value = take_text(&identity.platform, arena);
	}
	const struct bd_purl purl = {
		.type = "gem", .name = package.name, .version = package.version, .qualifiers = { &platform, 1, 1 }
	};
	package.purl = bd_purl_text(&purl, arena);
	*bd_vec_push(out) = package;
	return 0;
}

/* ---- files -------------------------------------------------------------------------------------------- */

/*
 * The folders of compiled extensions are named for the platform (Gem::Platform.local), which no specification
 * says: of these the image has one or none.
 */
static const char *const platforms[] = { "aarch64-linux", "aarch64-linux-gnu", "aarch64-linux-musl",
	"arm-linux-gnueabihf", "armv7l-linux-eabihf", "i386-linux-gnu", "i686-linux", "i686-linux-musl",
	"loongarch64-linux", "mips64el-linux-gnuabi64", "powerpc64le-linux", "powerpc64le-linux-gnu", "riscv64-linux",
	"riscv64-linux-gnu", "s390x-linux", "s390x-linux-gnu", "universal-java-1.8", "universal-java-11",
	"universal-java-17", "universal-java-21", "x86_64-linux", "x86_64-linux-gnu", "x86_64-linux-musl" };

static bool is_in_list(const struct source *source, const char *member)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct bd_str value;
	if (!find_value(source, member, &value)) {
		return false;
	}
	struct format_ruby_list items = format_ruby_list_at(value);
	return format_ruby_list_next(&items, &text);
}

#define VIEW(s) (int)(s).n, (s).n > 0 ? (s).p : ""

static void add_extensions(struct owned_list *list, const struct place *place)
{
	const struct bd_str abi = bd_path_name(place->base);
	for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++) {
		owned_folder(list, "%.*s/extensions/%s/%.*s/%.*s", VIEW(place->base), platforms[i], VIEW(abi),
			VIEW(place->full));
		owned_folder(list, "%.*s/extensions/%s/%.*s-static/%.*s", VIEW(place->base), platforms[i], VIEW(abi),
			VIEW(place->full));
	}
}

/* GEM_HOME/ruby/ABI is Bundler's, PREFIX/lib/ruby/gems/ABI ruby's own, var/lib/gems/ABI Debian's. */
static void add_executable(struct owned_list *list, const struct place *place, struct bd_str name)
{
	const struct bd_str gems = bd_path_dir(place->base);
	const struct bd_str above = bd_path_dir(gems);
	if (memchr(name.p, '/', name.n) != NULL) {
		return;
	}
	owned_file(list, "%.*s/bin/%.*s", VIEW(place->base), VIEW(name));
	if (bd_str_is(above, "var/lib") && bd_str_is(bd_path_name(gems), "gems")) {
		owned_file(list, "usr/local/bin/%.*s", VIEW(name));
	} else if (bd_str_ends(gems, "lib/ruby/gems")) {
		const struct bd_str prefix = { gems.p, gems.n - strlen("lib/ruby/gems") };
		owned_file(list, "%.*sbin/%.*s", VIEW(prefix), VIEW(name));
	}
}

static void add_executables(struct owned_list *list, const struct place *place, const struct source *source)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	struct bd_str value;
	if (!find_value(source, "executables", &value)) {
		return;
	}
	struct format_ruby_list items = format_ruby_list_at(value);
	while (format_ruby_list_next(&items, &text)) {
		add_executable(list, place, bd_buf_view(&text));
	}
}

/*
 * A default gem's files are in ruby's own library: PREFIX/lib/ruby/ABI beside PREFIX/lib/ruby/gems/ABI, JRuby's in
 * lib/ruby/stdlib.  They are listed as they stand there, or with "lib/" in front (Gem.register_default_spec).
 */
static void add_default_file(struct owned_list *list, struct bd_str ruby, struct bd_str abi, struct bd_str file)
{
	file = bd_str_starts(file, "lib/") ? from(file, 4) : file;
	if (bd_str_is(abi, "shared")) {
		owned_file(list, "%.*s/stdlib/%.*s", VIEW(ruby), VIEW(file));
		return;
	}
	owned_file(list, "%.*s/%.*s/%.*s", VIEW(ruby), VIEW(abi), VIEW(file));
	if (!bd_str_ends(file, ".so")) {
		return;
	}
	for (size_t i = 0; i < sizeof(platforms) / sizeof(platforms[0]); i++) {
		owned_file(list, "%.*s/%.*s/%s/%.*s", VIEW(ruby), VIEW(abi), platforms[i], VIEW(file));
	}
}

static void add_default_files(struct owned_list *list, const struct place *place, const struct source *source)
{
	AUTO(bd_buf_release) struct bd_buf text = { .n = 0 };
	const struct bd_str ruby = bd_path_dir(bd_path_dir(place->base));
	struct bd_str value;
	if (!find_value(source, "files", &value)) {
		return;
	}
	struct format_ruby_list items = format_ruby_list_at(value);
	while (format_ruby_list_next(&items, &text)) {
		add_default_file(list, ruby, bd_path_name(place->base), bd_buf_view(&text));
	}
}

static void add_installed(struct owned_list *list, const struct place *place, const struct source *source)
{
	owned_folder(list, "%.*s/gems/%.*s", VIEW(place->base), VIEW(place->full));
	owned_folder(list, "%.*s/doc/%.*s", VIEW(place->base), VIEW(place->full));
	owned_file(list, "%.*s/cache/%.*s.gem", VIEW(place->base), VIEW(place->full));
	owned_file(list, "%.*s/build_info/%.*s.info", VIEW(place->base), VIEW(place->full));
	if (is_in_list(source, "extensions")) {
		add_extensions(list, place);
	}
	add_executables(list, place, source);
	if (place->is_default) {
		add_default_files(list, place, source);
	}
}

static int owned(const struct bd_catalog_in *in, const struct bd_package *package, bd_owned_fn *each, void *context,
	struct bd_error *err)
{
	const struct place place = find_place(in->path);
	const struct source source = find_source(in->bytes);
	struct owned_list list = { .each = each, .context = context };
	(void)package;
	(void)err;
	owned_file(&list, "%s", in->path);
	if (place.is_checkout) {
		owned_folder(&list, "%.*s", VIEW(bd_path_dir(bd_str(in->path))));
	} else {
		add_installed(&list, &place, &source);
	}
	owned_release(&list);
	return 0;
}

const struct bd_cataloger bd_cataloger_gem = {
	.name = "gem",
	.purl_type = "gem",
	.primary = (const char *const[]){ "**/specifications/*.gemspec", "**/specifications/default/*.gemspec",
		"**/bundler/gems/*/*.gemspec", "**/bundler/gems/*/*/*.gemspec", NULL },
	.parse = parse,
	.owned = owned,
};
