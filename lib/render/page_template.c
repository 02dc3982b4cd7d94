/* SPDX-License-Identifier: Apache-2.0 */
#include "render/page_template.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "basedrift/limits.h"

#include "base/auto.h"
#include "render/templates.h"

struct part {
	char *path;
	struct bd_buf bytes;
	bool given;
};

struct bd_page_template {
	struct part layout, style, script;
};

static int read_all(FILE *file, const char *path, struct bd_buf *out, struct bd_error *err)
{
	char block[16384];
	size_t n;
	while ((n = fread(block, 1, sizeof(block), file)) > 0) {
		if (out->n + n > BD_LIMIT_TEMPLATE_BYTES) {
			return bd_error_set(err, BD_ERR_LIMIT, "%s: more than %d bytes", path, BD_LIMIT_TEMPLATE_BYTES);
		}
		bd_buf_add(out, block, n);
	}
	return ferror(file) != 0 ? bd_error_set_errno(err, "%s", path) : 0;
}

/* A file that is not there is the program's own. */
static int read_part(const char *folder, const char *name, struct part *part, struct bd_error *err)
{
	struct bd_arena arena = { 0 };
	part->path = bd_xstrdup(bd_arena_printf(&arena, "%s/%s", folder, name));
	bd_arena_release(&arena);
	AUTO(fclose_ptr) FILE *file = fopen(part->path, "rbe");
	if (file == NULL) {
		return errno == ENOENT ? 0 : bd_error_set_errno(err, "%s", part->path);
	}
	part->given = true;
	return read_all(file, part->path, &part->bytes, err);
}

int bd_page_template_open(const char *folder, struct bd_page_template **out, struct bd_error *err)
{
	struct stat status;
	if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) {
		return bd_error_set(err, BD_ERR_NOT_FOUND, "%s: no such folder", folder);
	}
	struct bd_page_template *page = bd_xcalloc(1, sizeof(*page));
	if (read_part(folder, "report.xsl", &page->layout, err) < 0 ||
		read_part(folder, "report.css", &page->style, err) < 0 ||
		read_part(folder, "report.js", &page->script, err) < 0) {
		bd_page_template_free(page);
		return -(int)err->code;
	}
	if (!page->layout.given && !page->style.given && !page->script.given) {
		bd_page_template_free(page);
		return bd_error_set(
			err, BD_ERR_NOT_FOUND, "%s: neither report.xsl nor report.css nor report.js", folder);
	}
	*out = page;
	return 0;
}

static void part_release(struct part *part)
{
	free(part->path);
	bd_buf_release(&part->bytes);
}

void bd_page_template_free(struct bd_page_template *page)
{
	if (page != NULL) {
		part_release(&page->layout);
		part_release(&page->style);
		part_release(&page->script);
		free(page);
	}
}

static struct bd_str own(const unsigned char *bytes, size_t n)
{
	return (struct bd_str){ (const char *)bytes, n };
}

struct bd_str bd_page_style(const struct bd_page_template *page)
{
	return page != NULL && page->style.given ? bd_buf_view(&page->style.bytes)
						 : own(render_template_report_css, render_template_report_css_size);
}

struct bd_str bd_page_script(const struct bd_page_template *page)
{
	return page != NULL && page->script.given ? bd_buf_view(&page->script.bytes)
						  : own(render_template_report_js, render_template_report_js_size);
}

struct bd_str page_layout(const struct bd_page_template *page, const char **path_out)
{
	const bool given = page != NULL && page->layout.given;
	*path_out = given ? page->layout.path : "report.xsl";
	return given ? bd_buf_view(&page->layout.bytes)
		     : own(render_template_report_xsl, render_template_report_xsl_size);
}
