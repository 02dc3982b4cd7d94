/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over a layer's tar. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "layer/builder.h"
#include "layer/header_run.h"
#include "layer/tar_source.h"
#include "layer/whiteout.h"

#define PERMISSIONS 07777U

struct walk {
	struct archive *archive;
	struct tar_source source;
	struct layer_builder builder;
	struct bd_buf path, hidden, target;
	bool ended; /* the last entry's padding is missing, and nothing else */
};

static const char *complaint(const struct walk *walk)
{
	const char *text = archive_error_string(walk->archive);
	return text != NULL ? text : "broken tar header";
}

/* One entry's names as bytes; see header_run.h. */
struct names {
	struct bd_str path, link;
	char type;
};

static int read_names(struct walk *walk, struct archive_entry *entry, struct names *out, struct bd_error *err)
{
	struct header_run run = { 0 };
	if (header_run_parse(tar_source_header(&walk->source, walk->archive), &run, err) < 0) {
		return -(int)err->code;
	}
	const char *link = archive_entry_hardlink(entry);
	if (link == NULL) {
		link = archive_entry_symlink(entry);
	}
	out->type = run.type;
	out->path = run.has_path ? run.path : bd_str(archive_entry_pathname(entry));
	out->link = run.has_link ? run.link : bd_str(link);
	return 0;
}

/* A file's data, or what another kind carries and nobody reads: builder NULL, size -1. */
static int read_data(struct walk *walk, struct layer_builder *builder, int64_t size, struct bd_error *err)
{
	int64_t at = 0;
	for (;;) {
		const void *block = NULL;
		size_t n = 0;
		la_int64_t offset = 0;
		const int r = archive_read_data_block(walk->archive, &block, &n, &offset);
		if (r == ARCHIVE_EOF || (r == ARCHIVE_FATAL && at == size && walk->source.ended)) {
			walk->ended = r == ARCHIVE_FATAL;
			break;
		}
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN) {
			return bd_error_set(err, BD_ERR_FORMAT, "%s", complaint(walk));
		}
		if (offset < at) {
			return bd_error_set(err, BD_ERR_FORMAT, "a sparse file's map runs backwards");
		}
		if (builder != NULL) {
			if (layer_builder_hole(builder, (uint64_t)(offset - at), err) < 0) {
				return -(int)err->code;
			}
			layer_builder_bytes(builder, block, n);
		}
		at = offset + (int64_t)n;
	}
	return builder != NULL && at < size ? layer_builder_hole(builder, (uint64_t)(size - at), err) : 0;
}

static uint32_t number32(la_int64_t value)
{
	if (value < 0) {
		return 0;
	}
	return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

/*
 * Kind by what libarchive makes of the type, except that a PAX linkpath makes a hard link of a regular
 * file there, and that its "a name with a slash is a directory" hangs on the locale.
 */
static enum bd_file_kind kind_of(struct archive_entry *entry, const struct names *names)
{
	const bool is_plain = names->type == '0' || names->type == '\0';
	switch (archive_entry_filetype(entry)) {
	case AE_IFDIR:
		return BD_DIRECTORY;
	case AE_IFLNK:
		return BD_SYMLINK;
	case AE_IFCHR:
		return BD_CHAR_DEVICE;
	case AE_IFBLK:
		return BD_BLOCK_DEVICE;
	case AE_IFIFO:
		return BD_FIFO;
	default:
		return is_plain && bd_str_ends(names->path, "/") ? BD_DIRECTORY : BD_FILE;
	}
}

static struct bd_entry attributes(struct archive_entry *entry, const struct names *names, const char *path)
{
	return (struct bd_entry){
		.path = path,
		.kind = (uint8_t)kind_of(entry, names),
		.mode = (uint16_t)(archive_entry_perm(entry) & PERMISSIONS),
		.uid = number32(archive_entry_uid(entry)),
		.gid = number32(archive_entry_gid(entry)),
		.mtime_sec = archive_entry_mtime(entry),
	};
}

static void add_link(struct walk *walk, struct bd_entry *out, const struct names *names)
{
	struct layer_builder *builder = &walk->builder;
	if (names->type == '1') {
		if (!bd_path_clean(&walk->target, names->link.p, names->link.n) || walk->target.n == 0) {
			diagnose(&builder->diagnoser, "entry-refused", bd_str(out->path),
				"a hard link to a path with \"..\" or NUL");
			return;
		}
		out->kind = BD_FILE;
		out->unresolved_link = true;
		out->target = bd_arena_text(&builder->layer->arena, walk->target.p, walk->target.n);
	} else {
		if (memchr(names->link.p != NULL ? names->link.p : "", '\0', names->link.n) != NULL) {
			diagnose(&builder->diagnoser, "entry-refused", bd_str(out->path), "a link target with NUL");
			return;
		}
		out->target = bd_arena_text(&builder->layer->arena, names->link.p, names->link.n);
	}
	layer_builder_add(builder, out);
}

static int add_entry(struct walk *walk, struct archive_entry *entry, const struct names *names, struct bd_error *err)
{
	struct layer_builder *builder = &walk->builder;
	const char *path = bd_arena_text(&builder->layer->arena, bd_buf_str(&walk->path), walk->path.n);
	struct bd_entry out = attributes(entry, names, path);

	if (names->type == '1' || out.kind == BD_SYMLINK) {
		add_link(walk, &out, names);
	} else if (out.kind == BD_FILE) {
		const int64_t size = archive_entry_size(entry);
		layer_builder_file(builder, &out, size);
		if (read_data(walk, builder, size, err) < 0) {
			return -(int)err->code;
		}
		layer_builder_file_end(builder, &out);
		return 0;
	} else {
		if (out.kind == BD_CHAR_DEVICE || out.kind == BD_BLOCK_DEVICE) {
			out.device = (uint64_t)archive_entry_rdevmajor(entry) << 32 |
				     (archive_entry_rdevminor(entry) & UINT32_MAX);
		}
		layer_builder_add(builder, &out);
	}
	return 0;
}

static void add_hidden(struct walk *walk, struct bd_string_vec *list)
{
	*bd_vec_push(list) = bd_arena_text(&walk->builder.layer->arena, bd_buf_str(&walk->hidden), walk->hidden.n);
}

/* Takes the entry if it is one; its data is read in any case. */
static int take_entry(struct walk *walk, struct archive_entry *entry, const struct names *names, struct bd_error *err)
{
	struct layer_builder *builder = &walk->builder;
	if (names->path.n > builder->limits->path_bytes || names->link.n > builder->limits->path_bytes) {
		diagnose(&builder->diagnoser, "path-too-long", names->path, "a name of %zu bytes; at most %zu are read",
			names->path.n > names->link.n ? names->path.n : names->link.n, builder->limits->path_bytes);
	} else if (!bd_path_clean(&walk->path, names->path.p, names->path.n)) {
		diagnose(&builder->diagnoser, "entry-refused", names->path, "a path with \"..\" or NUL");
	} else if (walk->path.n > 0) {
		switch (whiteout_meaning(bd_buf_view(&walk->path), &walk->hidden)) {
		case NAME_WHITEOUT:
			add_hidden(walk, &builder->layer->whiteouts);
			break;
		case NAME_OPAQUE:
			add_hidden(walk, &builder->layer->opaque);
			break;
		case NAME_BAD_WHITEOUT:
			diagnose(&builder->diagnoser, "entry-refused", names->path, "a whiteout of nothing");
			break;
		case NAME_FILE:
			return add_entry(walk, entry, names, err);
		case NAME_AUFS:
		default:
			break;
		}
	}
	return 0;
}

static int next_header(struct walk *walk, struct archive_entry **entry)
{
	tar_source_header_begins(&walk->source, walk->archive);
	const int r = archive_read_next_header(walk->archive, entry);
	tar_source_header_ends(&walk->source);
	return r;
}

static int walk_entries(struct walk *walk, struct bd_error *err)
{
	struct layer_builder *builder = &walk->builder;
	while (!walk->ended) {
		struct archive_entry *entry = NULL;
		struct names names = { 0 };
		const int r = next_header(walk, &entry);
		if (r == ARCHIVE_EOF) {
			break;
		}
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN) {
			return bd_error_set(err, BD_ERR_FORMAT, "%s", complaint(walk));
		}
		if (++builder->layer->tar_entries > builder->limits->entries) {
			return bd_error_set(err, BD_ERR_LIMIT, "more than %zu entries", builder->limits->entries);
		}
		if (read_names(walk, entry, &names, err) < 0) {
			return -(int)err->code;
		}
		if (names.path.p == NULL) {
			return bd_error_set(err, BD_ERR_FORMAT, "an entry without a name");
		}
		/* EILSEQ: a name that the locale cannot say, which is no matter here */
		if (r == ARCHIVE_WARN && archive_errno(walk->archive) != EILSEQ) {
			diagnose(&builder->diagnoser, "tar-header-unclear", names.path, "%s", complaint(walk));
		}
		if (take_entry(walk, entry, &names, err) < 0 || (!walk->ended && read_data(walk, NULL, -1, err) < 0)) {
			return -(int)err->code;
		}
	}
	return 0;
}

static int open_archive(struct walk *walk, struct bd_error *err)
{
	walk->archive = archive_read_new();
	if (walk->archive == NULL || archive_read_support_format_tar(walk->archive) < ARCHIVE_WARN ||
		archive_read_support_format_empty(walk->archive) < ARCHIVE_WARN) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "libarchive reads no tar");
	}
	tar_source_header_begins(&walk->source, walk->archive);
	if (archive_read_open(walk->archive, &walk->source, NULL, tar_source_read, NULL) != ARCHIVE_OK) {
		return bd_error_set(err, BD_ERR_FORMAT, "%s", complaint(walk));
	}
	return 0;
}

/*
 * The stream has the last word: when it fails (a digest that does not match, a cut gzip), that is the
 * reason for whatever the tar looked like.
 */
static int walk_all(struct walk *walk, struct bd_error *err)
{
	struct bd_error of_stream = { 0 };
	bool zeros = false;
	int r = open_archive(walk, err);
	const bool no_tar = r < 0;
	if (r == 0) {
		r = walk_entries(walk, err);
	}
	if (r == -BD_ERR_LIMIT) {
		return r;
	}
	if (tar_source_drain(&walk->source, walk->archive, &zeros, &of_stream) < 0) {
		*err = of_stream;
		return -(int)err->code;
	}
	walk->builder.layer->tar_bytes = walk->source.block_at;
	if (r < 0) {
		return no_tar && zeros ? 0 : r; /* fewer zeros than a block */
	}
	if (!zeros) {
		diagnose(&walk->builder.diagnoser, "data-after-archive-end", (struct bd_str){ 0 },
			"there are bytes after the end of the archive; they were not read");
	}
	return 0;
}

static void walk_release(struct walk *walk)
{
	if (walk->archive != NULL) {
		(void)archive_read_free(walk->archive);
	}
	tar_source_release(&walk->source);
	layer_builder_release(&walk->builder);
	bd_buf_release(&walk->path);
	bd_buf_release(&walk->hidden);
	bd_buf_release(&walk->target);
}

DEFINE_AUTO(layer, struct bd_layer, bd_layer_free)

int layer_read_within(struct bd_stream *stream_take, const struct layer_limits *limits, const struct bd_wants *wants,
	struct bd_layer **out, struct bd_error *err)
{
	AUTO(layer_auto) struct bd_layer *layer = bd_xcalloc(1, sizeof(*layer));
	AUTO(walk_release) struct walk walk = { .source = { .stream = stream_take, .limit_bytes = limits->tar_bytes } };

	layer_builder_init(&walk.builder, layer, limits, wants);
	if (walk_all(&walk, err) < 0) {
		return -(int)err->code;
	}
	layer_builder_end(&walk.builder);
	*out = steal_ptr(&layer);
	return 0;
}

int bd_layer_read(
	struct bd_stream *stream_take, const struct bd_wants *wants, struct bd_layer **out, struct bd_error *err)
{
	return layer_read_within(stream_take, &layer_default_limits, wants, out, err);
}
