/* SPDX-License-Identifier: Apache-2.0 */
/* The line to paste; where nothing can be pasted, what to record next time. */
#include <stdlib.h>
#include <string.h>

#include "basedrift/patch.h"

#include "base/auto.h"
#include "explain/parts.h"

static struct bd_remedy *add_remedy(struct explanation *x, enum bd_remedy_kind kind)
{
	struct bd_remedy *remedy = bd_vec_push(&x->report->remedy);
	*remedy = (struct bd_remedy){ .kind = kind, .file = dockerfile_name(x->report) };
	return remedy;
}

static enum bd_tri is_served(const struct explanation *x, const char *reference, const char *digest)
{
	for (size_t i = 0; i < x->options->served_count; i++) {
		const struct bd_served *one = &x->options->served[i];
		if (bd_streq(one->reference, reference) && bd_streq(one->digest, digest)) {
			return one->served;
		}
	}
	return BD_CANNOT_TELL;
}

/*
 * A digest that `FROM name@…` takes: the index, else the manifest; one of unknown kind came from such a line or option.
 * *gone_out: one that its registry is known to serve no longer, and so passed over.
 */
static const char *pullable_digest(
	const struct explanation *x, const struct bd_base *base, const char *reference, const char **gone_out)
{
	static const enum bd_digest_kind order[] = { BD_DIGEST_INDEX, BD_DIGEST_UNKNOWN, BD_DIGEST_MANIFEST };
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const char *digest = bd_digest_of_kind(&base->digests, order[i]);
		if (digest == NULL || base->confidence < BD_STATED) {
			continue;
		}
		if (is_served(x, reference, digest) != BD_DIFFERENT) {
			return digest;
		}
		*gone_out = *gone_out == NULL ? digest : *gone_out;
	}
	return NULL;
}

static struct bd_str line_of(const char *text, int number)
{
	struct bd_str rest = bd_str(text);
	struct bd_str line = { NULL, 0 };
	for (int i = 0; i < number && rest.n > 0; i++) {
		line = bd_str_cut(&rest, '\n');
		if (i + 1 == number) {
			return line;
		}
	}
	return (struct bd_str){ NULL, 0 };
}

/* The reference to write: as people wrote it where it has no variable, else normalised; an old digest goes. */
static struct bd_str name_to_pin(struct bd_arena *arena, const struct bd_base *base)
{
	struct bd_str name = bd_str(
		strchr(base->as_written, '$') != NULL ? familiar_reference(arena, base->reference) : base->as_written);
	const char *at = name.n > 0 ? memchr(name.p, '@', name.n) : NULL;
	if (at != NULL) {
		name.n = (size_t)(at - name.p);
	}
	return name;
}

static int count_lines(const char *text)
{
	int lines = 0;
	for (const char *c = text; *c != '\0'; c++) {
		lines += *c == '\n';
	}
	return lines;
}

/* Needs the whole line to end with a newline.  NULL as well where what was redacted is too near for git. */
static const char *patch_of(
	struct bd_arena *arena, const char *file, const char *text, int number, const char *new_line)
{
	AUTO(bd_buf_release) struct bd_buf patch = { .n = 0 };
	if (number > count_lines(text)) {
		return NULL;
	}
	const struct bd_str line = line_of(text, number);
	const struct bd_edit edit = { (size_t)(line.p - text), line.n, bd_str(new_line) };
	return bd_patch_add(&patch, file, bd_str(text), &edit, 1, "REDACTED") ? bd_arena_text(arena, patch.p, patch.n)
									      : NULL;
}

static const char *replaced(
	struct bd_arena *arena, struct bd_str line, const char *old, struct bd_str name, const char *digest)
{
	size_t at;
	if (!bd_str_find(line, old, &at)) {
		return NULL;
	}
	const size_t rest = at + strlen(old);
	return bd_arena_printf(arena, "%.*s%.*s@%s%.*s", (int)at, line.p, (int)name.n, name.p, digest,
		(int)(line.n - rest), line.p + rest);
}

static void pin_line(struct bd_report *report, struct bd_remedy *remedy, const struct bd_base *base, const char *digest)
{
	struct bd_arena *arena = &report->arena;
	const struct bd_str name = name_to_pin(arena, base);
	const char *text = report->b->source.dockerfile_text;
	const struct bd_str line =
		text != NULL && base->line > 0 ? line_of(text, base->line) : (struct bd_str){ NULL, 0 };
	const char *new_line = line.p != NULL ? replaced(arena, line, base->as_written, name, digest) : NULL;

	remedy->line = base->line;
	if (new_line == NULL) {
		remedy->new_text = bd_arena_printf(arena, "FROM %.*s@%s", (int)name.n, name.p, digest);
		return;
	}
	const struct bd_str shown = bd_str_trim(line);
	remedy->old_text = bd_arena_text(arena, shown.p, shown.n);
	const struct bd_str shown_new = bd_str_trim(bd_str(new_line));
	remedy->new_text = bd_arena_text(arena, shown_new.p, shown_new.n);
	remedy->patch = patch_of(arena, remedy->file, text, base->line, new_line);
}

static const struct bd_base_pair *pair_of_cause(const struct bd_report *report, const struct bd_cause *cause)
{
	for (size_t i = 0; i < report->diff.bases.len; i++) {
		const struct bd_base_pair *pair = &report->diff.bases.v[i];
		if (pair->a != NULL && pair->b != NULL && pair->b->line == cause->line &&
			pair->b->stage == cause->stage) {
			return pair;
		}
	}
	return NULL;
}

static const char *test_of(enum bd_cause_kind kind)
{
	return kind == BD_STAGE_IMAGE_MOVED ? "If a build with this line passes, that image was the cause."
					    : "If a build with this line passes, the base image was the cause.";
}

/* "Put the last good image back in Dockerfile, line 1; its registry still serves it." */
static const char *pin_text_of_base(const struct explanation *x, const struct bd_remedy *remedy, const char *gone)
{
	struct bd_arena *arena = &x->report->arena;
	const char *place =
		remedy->line > 0 ? bd_arena_printf(arena, "Put the last good image back in %s, line %d", remedy->file,
					   remedy->line)
				 : bd_arena_printf(arena, "Start from the last good image again in %s", remedy->file);
	if (gone != NULL) {
		return bd_arena_printf(arena,
			"%s, by the digest of its platform: the registry no longer serves the index that build used (%s).",
			place, bd_short_digest(arena, gone));
	}
	return bd_arena_printf(arena, "%s%s.", place,
		is_served(x, remedy->reference, remedy->digest) == BD_SAME ? "; its registry still serves it" : "");
}

static void say_gone(struct explanation *x, const struct bd_base_pair *pair, const char *gone)
{
	struct bd_arena *arena = &x->report->arena;
	struct bd_remedy *remedy = add_remedy(x, BD_REMEDY_PIN_BASE);
	const char *reference = familiar_reference(arena, pair->b->reference);
	remedy->line = pair->b->line;
	remedy->text = bd_arena_printf(arena,
		"The last good image cannot be put back: its registry no longer serves %s of %s. Its layers are still in the last good build's own "
		"image. Keep copies of base images where nobody deletes them.",
		bd_short_digest(arena, gone), reference);
}

static void say_not_recorded(struct explanation *x, const struct bd_base_pair *pair, const struct bd_cause *cause)
{
	struct bd_remedy *remedy = add_remedy(x, BD_REMEDY_RECORD_MORE);
	remedy->line = pair->b->line;
	remedy->text = bd_arena_printf(&x->report->arena,
		"The last good build did not record which digest %s had in its registry, so there is no line to paste. Record it in every build, "
		"with: basedrift collect IMAGE --base %s@sha256:…",
		cause->reference, cause->reference);
}

/* False: the image is known, and can no longer be had. */
static bool pin_base(struct explanation *x, const struct bd_cause *cause)
{
	struct bd_report *report = x->report;
	const struct bd_base_pair *pair = pair_of_cause(report, cause);
	const char *gone = NULL;

	if (pair == NULL) {
		return true;
	}
	const char *digest = pullable_digest(x, pair->a, pair->b->reference, &gone);
	if (digest != NULL) {
		struct bd_remedy *remedy = add_remedy(x, BD_REMEDY_PIN_BASE);
		pin_line(report, remedy, pair->b, digest);
		remedy->reference = pair->b->reference;
		remedy->digest = digest;
		remedy->text = pin_text_of_base(x, remedy, gone);
		remedy->test = test_of(cause->kind);
		return true;
	}
	if (gone != NULL) {
		say_gone(x, pair, gone);
		return false;
	}
	say_not_recorded(x, pair, cause);
	return true;
}

/* "openssl=3.0.2-0" as the ecosystem's own installer wants it; NULL: it has no such form here. */
static const char *pin_text(struct bd_arena *arena, const struct bd_package *package)
{
	if (strcmp(package->type, "deb") == 0 || strcmp(package->type, "apk") == 0) {
		return bd_arena_printf(arena, "%s=%s", package->name, package->version);
	}
	if (strcmp(package->type, "pypi") == 0) {
		return bd_arena_printf(arena, "%s==%s", package->name, package->version);
	}
	return strcmp(package->type, "npm") == 0 ? bd_arena_printf(arena, "%s@%s", package->name, package->version)
						 : NULL;
}

/*
 * The last good versions of what this cause changed; of a moved base only what own steps brought anew, unless the
 * base cannot be put back.
 */
static bool wants_pin(const struct bd_report *report, const struct bd_package_change *change, int cause, bool base_too)
{
	const bool versioned = change->change == BD_UP || change->change == BD_DOWN || change->change == BD_CHANGED;
	return versioned && change->explained_by == cause && change->a->owned_by == NULL &&
	       (base_too || report->causes.v[cause].kind == BD_OWN_STEP_DRIFTED ||
		       origin_of_package_change(report, change) == BD_LAYER_STEP);
}

static size_t list_pins(struct bd_report *report, int cause, bool base_too, struct bd_buf *pins)
{
	enum {
		MOST = 12
	};
	size_t listed = 0;
	for (size_t i = 0; i < report->diff.packages.len; i++) {
		const struct bd_package_change *change = &report->diff.packages.v[i];
		const char *pin =
			wants_pin(report, change, cause, base_too) ? pin_text(&report->arena, change->a) : NULL;
		if (pin != NULL && listed++ < MOST) {
			bd_buf_printf(pins, "%s%s", pins->n > 0 ? " " : "", pin);
		}
	}
	return listed > MOST ? listed - MOST : 0;
}

static void pin_packages(struct explanation *x, int cause, bool base_too)
{
	struct bd_report *report = x->report;
	struct bd_arena *arena = &report->arena;
	const bool own = report->causes.v[cause].kind == BD_OWN_STEP_DRIFTED;
	const int line = own ? report->causes.v[cause].line : 0;
	struct bd_buf pins = { 0 };
	const size_t more = list_pins(report, cause, base_too, &pins);

	if (pins.n > 0) {
		struct bd_remedy *remedy = add_remedy(x, BD_REMEDY_PIN_PACKAGE);
		const char *rest = more > 0 ? bd_arena_printf(arena, " (%zu more are in the list below)", more) : "";
		remedy->line = line;
		remedy->new_text = bd_arena_text(arena, pins.p, pins.n);
		remedy->text =
			own ? bd_arena_printf(arena, "Ask for the last good versions in %s%s%s.", remedy->file,
				      line > 0 ? bd_arena_printf(arena, ", line %d", line) : "", rest)
			: base_too
				? bd_arena_printf(arena,
					  "Install the last good versions on top of the newer base, as far as their archives still have them%s.",
					  rest)
				: bd_arena_printf(arena,
					  "Second thing to pin: what the steps above it installed anew%s.", rest);
		remedy->test = own || base_too
				       ? "If a build with these versions passes, one of these packages was the cause."
				       : NULL;
	}
	bd_buf_release(&pins);
}

static void ask_for_base(struct explanation *x)
{
	struct bd_arena *arena = &x->report->arena;
	struct bd_remedy *remedy = add_remedy(x, BD_REMEDY_RECORD_MORE);

	remedy->file = NULL;
	const bool dockerfiles =
		x->report->a->source.dockerfile_digest != NULL && x->report->b->source.dockerfile_digest != NULL;
	remedy->text = bd_arena_printf(arena,
		"Record %sthe base image itself in every build, with: basedrift collect IMAGE %s--base-image IMAGE",
		dockerfiles ? "" : "the Dockerfile or ", dockerfiles ? "" : "--dockerfile FILE or ");
}

/* The image is where packages, files and settings are read from. */
static bool ask_for_images(struct explanation *x)
{
	const struct bd_report *report = x->report;
	const bool a = !report->a->image.present && report->a->packages.len == 0;
	const bool b = !report->b->image.present && report->b->packages.len == 0;
	if (a || b) {
		struct bd_remedy *remedy = add_remedy(x, BD_REMEDY_RECORD_MORE);
		remedy->file = NULL;
		remedy->text = bd_arena_printf(&x->report->arena,
			"Record the image of every build, right after it is made, with: basedrift collect IMAGE. %s.",
			a && b ? "Neither build"
			: a    ? "The last good build"
			       : "The failing build");
	}
	return a || b;
}

static bool name_unreadable(struct explanation *x)
{
	bool any = false;
	for (size_t i = 0; i < x->report->compared.len; i++) {
		const struct bd_compared *row = &x->report->compared.v[i];
		if (row->unreadable) {
			struct bd_remedy *remedy = add_remedy(x, BD_REMEDY_RECORD_MORE);
			remedy->file = NULL;
			remedy->text = bd_arena_printf(&x->report->arena,
				"%s could not be read: %s. Record that build again.", row->label, row->detail);
			any = true;
		}
	}
	return any;
}

/* What would have decided, as something to do; the rest stands under "not compared". */
static void record_more(struct explanation *x)
{
	const struct bd_report *report = x->report;
	const struct bd_base_pair *pair = final_base_pair(report);
	const bool images = ask_for_images(x);
	const bool unreadable = name_unreadable(x);
	const bool base = !x->undecided &&
			  (pair == NULL ? report->b->source.dockerfile_text == NULL : pair->same == BD_CANNOT_TELL);
	if (base) {
		ask_for_base(x);
	}
	for (size_t i = 0; i < report->not_compared.len && !images && !unreadable && !base && !x->undecided; i++) {
		struct bd_remedy *remedy = add_remedy(x, BD_REMEDY_RECORD_MORE);
		remedy->file = NULL;
		remedy->text = bd_arena_printf(
			&x->report->arena, "%s: %s.", report->not_compared.v[i].what, report->not_compared.v[i].why);
	}
}

void list_remedies(struct explanation *x)
{
	struct bd_report *report = x->report;
	for (size_t i = 0; i < report->causes.len; i++) {
		const struct bd_cause *cause = &report->causes.v[i];
		if (cause->kind == BD_BASE_IMAGE_MOVED || cause->kind == BD_STAGE_IMAGE_MOVED ||
			cause->kind == BD_FRONTEND_MOVED) {
			const bool available = pin_base(x, cause);
			if ((int)i == x->base_cause) {
				pin_packages(x, (int)i, !available);
			}
		} else if (cause->kind == BD_OWN_STEP_DRIFTED) {
			pin_packages(x, (int)i, false);
		}
	}
	if (x->undecided) {
		ask_for_base(x);
	}
	if (report->verdict.cause == BD_CANNOT_TELL_CAUSE) {
		record_more(x);
	}
}
