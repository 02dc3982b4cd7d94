/* SPDX-License-Identifier: Apache-2.0 */
#include "layer/content.h"

#include <sys/mman.h>

#include "base/auto.h"
#include "base/temporary.h"

#define SPOOL_KEPT (64 << 20) /* a larger temporary file is cut before the next one, so that the disk has room */

void file_content_begin(struct file_content *content, const char *path, int64_t size_bytes)
{
	content->state = CONTENT_UNWANTED;
	content->path = path;
	content->size_bytes = size_bytes;
	content->taken = 0;
	content->spooled = false;
	content->problem.msg[0] = '\0';
	bd_buf_clear(&content->head);
	bd_buf_clear(&content->bytes);
}

/* The temporary file is needed: at its begin, whatever the last file left there. */
static void begin_spool(struct file_content *content)
{
	if (content->fd < 0) {
		content->fd = temporary_file(&content->problem);
		if (content->fd < 0) {
			return;
		}
	}
	if (lseek(content->fd, 0, SEEK_END) > SPOOL_KEPT && ftruncate(content->fd, 0) != 0) {
		(void)bd_error_set_errno(&content->problem, "temporary file");
	} else if (lseek(content->fd, 0, SEEK_SET) != 0) {
		(void)bd_error_set_errno(&content->problem, "temporary file");
	}
}

static void want(struct file_content *content, enum content_state state, uint64_t wanted)
{
	content->state = state;
	content->wanted = wanted;
	content->spooled = wanted > (state == CONTENT_EXAMINED ? FILE_EXAMINED_MEMORY : FILE_CONTENT_MEMORY);
	if (content->spooled) {
		begin_spool(content);
	}
}

void file_content_keep(struct file_content *content, size_t wanted)
{
	want(content, CONTENT_KEPT, wanted);
}

void file_content_sniff(struct file_content *content, const struct bd_wants *wants, uint64_t limit)
{
	content->state = CONTENT_SNIFFED;
	content->wants = wants;
	content->limit = limit;
}

static void take(struct file_content *content, struct bd_str block)
{
	const uint64_t room = content->wanted - content->taken;
	if (block.n > room) {
		block.n = (size_t)room;
	}
	content->taken += block.n;
	if (!content->spooled) {
		bd_buf_add(&content->bytes, block.p, block.n);
	} else if (content->problem.msg[0] == '\0') {
		(void)!temporary_write(content->fd, block, &content->problem);
	}
}

/* Is all of the file wanted, now that its first bytes are known? */
static void decide(struct file_content *content, struct bd_str head)
{
	const struct bd_wants *wants = content->wants;
	content->state = CONTENT_UNWANTED;
	if (!wants->examines(content->path, content->size_bytes, head, wants->context)) {
		return;
	}
	if ((uint64_t)content->size_bytes > content->limit) {
		(void)bd_error_set(&content->problem, BD_ERR_LIMIT, "%lld bytes; at most %llu are examined",
			(long long)content->size_bytes, (unsigned long long)content->limit);
		return;
	}
	want(content, CONTENT_EXAMINED, (uint64_t)content->size_bytes);
}

/* Nearly always the first block has enough of the file, and nothing is copied. */
static void add_head(struct file_content *content, struct bd_str block)
{
	struct bd_buf *head = &content->head;
	const size_t enough = content->wants->head_bytes;
	if (head->n == 0 && (block.n >= enough || block.n >= (uint64_t)content->size_bytes)) {
		decide(content, (struct bd_str){ block.p, block.n < enough ? block.n : enough });
		file_content_add(content, block);
		return;
	}
	bd_buf_add(head, block.p, block.n);
	if (head->n < enough && head->n < (uint64_t)content->size_bytes) {
		return;
	}
	decide(content, (struct bd_str){ head->p, head->n < enough ? head->n : enough });
	file_content_add(content, bd_buf_view(head));
}

void file_content_add(struct file_content *content, struct bd_str block)
{
	switch (content->state) {
	case CONTENT_SNIFFED:
		add_head(content, block);
		break;
	case CONTENT_KEPT:
	case CONTENT_EXAMINED:
		take(content, block);
		break;
	case CONTENT_UNWANTED:
	default:
		break;
	}
}

static void *map(struct file_content *content)
{
	void *p = mmap(NULL, (size_t)content->taken, PROT_READ, MAP_PRIVATE, content->fd, 0);
	if (p == MAP_FAILED) {
		(void)bd_error_set_errno(&content->problem, "mapping a temporary file");
		return NULL;
	}
	return p;
}

static bool keep(struct file_content *content, struct bd_layer *layer, struct bd_kept_file *out)
{
	if (!content->spooled || content->taken == 0) {
		const char *copy = bd_arena_text(&layer->arena, bd_buf_str(&content->bytes), content->bytes.n);
		out->bytes = (struct bd_str){ copy, content->bytes.n };
		return true;
	}
	void *p = map(content);
	if (p == NULL) {
		return false;
	}
	*bd_vec_push(&layer->mappings) = (struct bd_mapping){ p, (size_t)content->taken };
	out->bytes = (struct bd_str){ p, (size_t)content->taken };
	(void)close(content->fd); /* the mapping holds the file */
	content->fd = -1;
	return true;
}

/* bytes stay the caller's. */
static bool examine(struct file_content *content, struct bd_str bytes, struct bd_layer *layer, struct bd_kept_file *out)
{
	AUTO(bd_buf_release) struct bd_buf taken = { 0 };
	struct bd_error err = { .msg = "" };
	const struct bd_wants *wants = content->wants;
	out->by = wants->examine(content->path, bytes, &taken, &err, wants->context);
	if (out->by == NULL) {
		return false;
	}
	out->bytes = (struct bd_str){ bd_arena_text(&layer->arena, bd_buf_str(&taken), taken.n), taken.n };
	out->problem = err.msg[0] != '\0' ? bd_arena_strdup(&layer->arena, err.msg) : NULL;
	return true;
}

static bool examine_content(struct file_content *content, struct bd_layer *layer, struct bd_kept_file *out)
{
	if (!content->spooled || content->taken == 0) {
		return examine(content, (struct bd_str){ bd_buf_str(&content->bytes), content->bytes.n }, layer, out);
	}
	void *p = map(content);
	if (p == NULL) {
		return false;
	}
	const bool kept = examine(content, (struct bd_str){ p, (size_t)content->taken }, layer, out);
	(void)munmap(p, (size_t)content->taken);
	return kept;
}

bool file_content_end(
	struct file_content *content, struct bd_layer *layer, struct bd_kept_file *out, struct bd_error *err)
{
	bool kept = false;
	if (content->state == CONTENT_SNIFFED) { /* an empty file, or one shorter than it was said to be */
		const struct bd_str head = { bd_buf_str(&content->head), content->head.n };
		decide(content, head);
		file_content_add(content, head);
	}
	if (content->problem.msg[0] == '\0') {
		kept = content->state == CONTENT_KEPT       ? keep(content, layer, out)
		       : content->state == CONTENT_EXAMINED ? examine_content(content, layer, out)
							    : false;
	}
	*err = content->problem;
	content->state = CONTENT_UNWANTED;
	return kept;
}

void file_content_release(struct file_content *content)
{
	bd_buf_release(&content->head);
	bd_buf_release(&content->bytes);
	if (content->fd >= 0) {
		(void)close(content->fd);
	}
	content->fd = -1;
}
