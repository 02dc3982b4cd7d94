/* SPDX-License-Identifier: Apache-2.0 */
#include "render/junit_cases.h"

#include <string.h>

#include "render/words.h"

#define NAME_MAX_CHARS    120U
#define MESSAGE_MAX_CHARS 200U

/* dorny/test-reporter sorts suites by name: these sort in the order we want */
const char *const junit_suite_names[JUNIT_SUITES] = { "Base image", "Build inputs", "Your steps" };

/* A case that is always there, or only when its topic was compared (optional). */
struct fixed_case {
	enum junit_suite suite;
	enum bd_topic topic;
	const char *name;
	bool optional, in_dockerfile;
};
static const struct fixed_case fixed_cases[] = {
	{ JUNIT_BASE_IMAGE, BD_TOPIC_BASE, "Base image of the final stage is that of the last good build", false,
		true },
	{ JUNIT_BASE_IMAGE, BD_TOPIC_STAGE_IMAGES, "Images of other stages are those of the last good build", true,
		true },
	{ JUNIT_BASE_IMAGE, BD_TOPIC_COPIED_IMAGES, "Copied images are those of the last good build", true, true },
	{ JUNIT_BASE_IMAGE, BD_TOPIC_BASE_PACKAGES, "Packages of the base image are the same", false, true },
	{ JUNIT_BASE_IMAGE, BD_TOPIC_BASE_SETTINGS, "Settings of the base image are the same", false, true },
	{ JUNIT_BUILD_INPUTS, BD_TOPIC_TREE, "git tree is the same", false, false },
	{ JUNIT_BUILD_INPUTS, BD_TOPIC_DOCKERFILE, "Dockerfile is the same", false, true },
	{ JUNIT_BUILD_INPUTS, BD_TOPIC_BUILD_ARGS, "Build arguments are the same", false, false },
	{ JUNIT_BUILD_INPUTS, BD_TOPIC_PLATFORM, "Platform is the same", false, false },
	{ JUNIT_BUILD_INPUTS, BD_TOPIC_BUILDER, "Builder is the same", false, false },
	{ JUNIT_BUILD_INPUTS, BD_TOPIC_FRONTEND, "Dockerfile frontend is the same", true, true },
	{ JUNIT_YOUR_STEPS, BD_TOPIC_OWN_PACKAGES, "Packages installed by the Dockerfile are the same", false, true },
	{ JUNIT_YOUR_STEPS, BD_TOPIC_OWN_SETTINGS, "Settings of the application are the same", false, true },
	{ JUNIT_YOUR_STEPS, BD_TOPIC_FILES, "Files outside packages are the same", false, false },
};

struct cases {
	struct bd_arena *arena;
	const struct bd_report *report;
	struct junit_case_vec *out;
};

const char *junit_cut(struct bd_arena *arena, const char *text, size_t max)
{
	if (render_width(text) <= max) {
		return text;
	}
	size_t n = 0;
	for (size_t chars = 0; chars < max || ((unsigned char)text[n] & 0xc0) == 0x80; n++) {
		chars += ((unsigned char)text[n] & 0xc0) != 0x80;
	}
	/* n stands behind max characters: one gives way to the ellipsis */
	do {
		n--;
	} while (((unsigned char)text[n] & 0xc0) == 0x80);
	return bd_arena_printf(arena, "%.*s…", (int)n, text);
}

static const char *message(const struct cases *c, const char *text)
{
	return junit_cut(c->arena, bd_display(c->arena, text), MESSAGE_MAX_CHARS);
}

static const struct bd_cause *cause_at(const struct cases *c, int index)
{
	return index >= 0 && (size_t)index < c->report->causes.len ? &c->report->causes.v[index] : NULL;
}

/* "11 of 430 differ." or what the row says. */
static const char *difference_text(const struct cases *c, const struct bd_compared *row)
{
	if (row->total > 0) {
		return bd_arena_printf(c->arena, "%s of %s %s.", bd_count_text(c->arena, row->differing),
			bd_count_text(c->arena, row->total), row->differing == 1 ? "differs" : "differ");
	}
	if (row->detail == NULL || *row->detail == '\0') {
		return "Differs.";
	}
	return bd_arena_printf(c->arena, "Differs: %s.", row->detail);
}

/* Causes that leave exit status 0 are no failures: README, "Verdicts and exit status". */
static bool is_harmless(const struct cases *c, const struct bd_cause *cause)
{
	return c->report->exit_status == 0 || (cause != NULL && cause->kind >= BD_ONLY_METADATA);
}

/* The sentence of the cause and, where there is room, that the source is the same: all that a list of failures shows.
 */
static const char *cause_message(const struct cases *c, const struct bd_cause *cause)
{
	const char *sentence = cause->sentence != NULL ? cause->sentence : cause->title;
	const char *tree = c->report->b->source.tree;
	if (c->report->source_same != BD_SAME || tree == NULL || strstr(sentence, " git ") != NULL) {
		return message(c, sentence);
	}
	const char *longer = bd_arena_printf(c->arena, "%s Nothing in git changed (tree %.7s).", sentence, tree);
	return message(c, render_width(longer) <= MESSAGE_MAX_CHARS ? longer : sentence);
}

static void fail(const struct cases *c, struct junit_case *test, int cause_index)
{
	const struct bd_cause *cause = cause_at(c, cause_index);
	if (cause == NULL) {
		return; /* a row that is a cause has one; the compiler cannot know */
	}
	test->result = JUNIT_FAILED;
	test->cause = cause_index;
	test->type = bd_cause_name(cause->kind);
	test->message = cause_message(c, cause);
	if (cause->line > 0) {
		test->line = cause->line;
		test->in_dockerfile = true;
	}
}

static void skip(const struct cases *c, struct junit_case *test, const char *text)
{
	test->result = JUNIT_SKIPPED;
	test->message = message(c, text);
}

static void judge_difference(const struct cases *c, struct junit_case *test, const struct bd_compared *row)
{
	const struct bd_cause *cause = cause_at(c, row->cause);
	const char *text = difference_text(c, row);
	if (is_harmless(c, cause)) {
		skip(c, test,
			bd_arena_printf(c->arena, "%s Not a failure: %s", text,
				cause != NULL ? cause->sentence : "only metadata or noise differs."));
	} else if (cause != NULL && row->is_cause) {
		fail(c, test, row->cause);
	} else if (cause != NULL) {
		skip(c, test, bd_arena_printf(c->arena, "%s Explained by: %s.", text, cause->title));
	} else {
		/* nothing explains it */
		test->result = JUNIT_FAILED;
		test->type = row->topic == BD_TOPIC_TREE || row->topic == BD_TOPIC_DOCKERFILE ? "source-changed"
											      : "not-explained";
		test->message = message(c, bd_arena_printf(c->arena, "%s: %s", row->label, text));
	}
}

static void judge(const struct cases *c, struct junit_case *test, const struct bd_compared *row)
{
	const char *detail = row != NULL && row->detail != NULL && *row->detail != '\0' ? row->detail : "not recorded";
	if (row != NULL && row->unreadable) {
		test->result = JUNIT_ERROR;
		test->type = "not-readable";
		test->message = message(c, bd_arena_printf(c->arena, "Could not be read: %s", detail));
	} else if (row == NULL || row->state == BD_CANNOT_TELL) {
		skip(c, test, bd_arena_printf(c->arena, "Not compared: %s", detail));
	} else if (row->state == BD_DIFFERENT) {
		judge_difference(c, test, row);
	}
}

static bool concerns(const struct bd_cause *cause, const struct bd_base_pair *pair, const struct bd_base *base)
{
	if (cause->line > 0 && base->line > 0) {
		return cause->line == base->line;
	}
	return cause->reference != NULL &&
	       (bd_streq(cause->reference, base->as_written) || bd_streq(cause->reference, base->reference)) &&
	       pair->same == BD_DIFFERENT;
}

static void judge_pair(const struct cases *c, struct junit_case *test, const struct bd_base_pair *pair)
{
	const struct bd_base *base = pair->b != NULL ? pair->b : pair->a;
	const char *name = base->as_written != NULL ? base->as_written : base->reference;
	name = name != NULL ? name : "the image";
	if (pair->same == BD_SAME) {
		return;
	}
	if (pair->same == BD_CANNOT_TELL) {
		skip(c, test,
			bd_arena_printf(
				c->arena, "Not compared: which image %s was is not recorded in both builds", name));
		return;
	}
	for (size_t i = 0; i < c->report->causes.len; i++) {
		const struct bd_cause *cause = &c->report->causes.v[i];
		if (cause->kind <= BD_FRONTEND_MOVED && concerns(cause, pair, base)) {
			fail(c, test, (int)i);
			return;
		}
	}
	/* moved, but nothing of it is in the image: no cause, so no failure */
	skip(c, test,
		bd_arena_printf(
			c->arena, "%s is another image; nothing that differs in the built image comes from it.", name));
}

static bool is_name_taken(const struct cases *c, const char *name)
{
	for (size_t i = 0; i < c->out->len; i++) {
		if (strcmp(c->out->v[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* Of two cases of one name GitLab keeps one: a second stage of the same name gets a number. */
static const char *unique_name(const struct cases *c, const char *name)
{
	const char *shown = junit_cut(c->arena, bd_display(c->arena, name), NAME_MAX_CHARS - 10);
	const char *unique = shown;
	for (size_t i = 2; is_name_taken(c, unique); i++) {
		unique = bd_arena_printf(c->arena, "%s (%zu)", shown, i);
	}
	return unique;
}

static struct junit_case *add_case(const struct cases *c, const struct fixed_case *fixed, const char *name)
{
	name = unique_name(c, name);
	struct junit_case *test = bd_vec_push(c->out);
	*test = (struct junit_case){
		.suite = fixed->suite,
		.topic = fixed->topic,
		.name = name,
		.cause = -1,
		.in_dockerfile = fixed->in_dockerfile,
	};
	return test;
}

static bool belongs_to(const struct bd_base_pair *pair, enum bd_topic topic)
{
	const struct bd_base *base = pair->b != NULL ? pair->b : pair->a;
	if (base == NULL) {
		return false;
	}
	if (topic == BD_TOPIC_STAGE_IMAGES) {
		return base->role == BD_ROLE_BUILDER;
	}
	return topic == BD_TOPIC_COPIED_IMAGES && (base->role == BD_ROLE_COPY || base->role == BD_ROLE_MOUNT);
}

/* Stages go by name, or by number as COPY --from= counts them; copied images by their place in the Dockerfile. */
static const char *pair_name(const struct cases *c, const struct bd_base *base, size_t place)
{
	if (base->role != BD_ROLE_BUILDER) {
		return bd_arena_printf(c->arena, "Copied image %zu is that of the last good build", place);
	}
	const char *end = "is that of the last good build";
	if (base->stage_name != NULL) {
		const char *stage = junit_cut(c->arena, bd_display(c->arena, base->stage_name), 60);
		return bd_arena_printf(c->arena, "Base image of stage %s %s", stage, end);
	}
	return bd_arena_printf(c->arena, "Base image of stage %d %s", base->stage, end);
}

/* One case for each image of that topic; false when the Dockerfile's images are not known one by one. */
static bool add_pairs(const struct cases *c, const struct fixed_case *fixed)
{
	size_t place = 0;
	for (size_t i = 0; i < c->report->diff.bases.len; i++) {
		const struct bd_base_pair *pair = &c->report->diff.bases.v[i];
		if (!belongs_to(pair, fixed->topic)) {
			continue;
		}
		const struct bd_base *base = pair->b != NULL ? pair->b : pair->a;
		struct junit_case *test = add_case(c, fixed, pair_name(c, base, ++place));
		test->line = base->line;
		judge_pair(c, test, pair);
	}
	return place > 0;
}

static int base_line(const struct bd_report *report)
{
	for (size_t i = 0; i < report->diff.bases.len; i++) {
		const struct bd_base *base = report->diff.bases.v[i].b;
		if (base != NULL && base->role == BD_ROLE_BASE) {
			return base->line;
		}
	}
	return 0;
}

static void add_fixed(const struct cases *c, const struct fixed_case *fixed)
{
	const struct bd_compared *row = render_compared(c->report, fixed->topic);
	if (add_pairs(c, fixed) || (fixed->optional && row == NULL)) {
		return;
	}
	struct junit_case *test = add_case(c, fixed, fixed->name);
	test->line = fixed->suite == JUNIT_BASE_IMAGE      ? base_line(c->report)
		     : fixed->topic == BD_TOPIC_DOCKERFILE ? 1
							   : 0;
	judge(c, test, row);
}

/* Where a cause is shown that no row of "what was compared" names as itself. */
static enum bd_topic topic_of_cause(enum bd_cause_kind kind)
{
	static const enum bd_topic topics[] = {
		[BD_BASE_REFERENCE_CHANGED] = BD_TOPIC_BASE,
		[BD_BASE_PLATFORM_CHANGED] = BD_TOPIC_BASE,
		[BD_BASE_IMAGE_MOVED] = BD_TOPIC_BASE,
		[BD_STAGE_IMAGE_MOVED] = BD_TOPIC_STAGE_IMAGES,
		[BD_FRONTEND_MOVED] = BD_TOPIC_FRONTEND,
		[BD_OWN_STEP_DRIFTED] = BD_TOPIC_OWN_PACKAGES,
		[BD_BUILD_INPUT_CHANGED] = BD_TOPIC_BUILD_ARGS,
		[BD_SAME_VERSION_OTHER_CONTENT] = BD_TOPIC_OWN_PACKAGES,
		[BD_SETTINGS_CHANGED] = BD_TOPIC_OWN_SETTINGS,
		[BD_FILES_OUTSIDE_PACKAGES] = BD_TOPIC_FILES,
		[BD_SOURCE_CHANGED] = BD_TOPIC_TREE,
	};
	return kind < sizeof(topics) / sizeof(topics[0]) ? topics[kind] : BD_TOPIC_BASE;
}

static bool is_shown(const struct cases *c, int cause)
{
	for (size_t i = 0; i < c->out->len; i++) {
		if (c->out->v[i].result == JUNIT_FAILED && c->out->v[i].cause == cause) {
			return true;
		}
	}
	return false;
}

/* No cause gets lost: it fails its topic's case, unless another cause does so already (its text names both). */
static void add_missing_causes(const struct cases *c)
{
	for (size_t i = 0; i < c->report->causes.len; i++) {
		const struct bd_cause *cause = &c->report->causes.v[i];
		if (is_harmless(c, cause) || is_shown(c, (int)i)) {
			continue;
		}
		for (size_t k = 0; k < c->out->len; k++) {
			struct junit_case *test = &c->out->v[k];
			if (test->topic == topic_of_cause(cause->kind) && test->result != JUNIT_FAILED) {
				fail(c, test, (int)i);
				break;
			}
		}
	}
}

void junit_cases(struct bd_arena *arena, const struct bd_report *report, struct junit_case_vec *out)
{
	const struct cases c = { .arena = arena, .report = report, .out = out };
	for (size_t i = 0; i < sizeof(fixed_cases) / sizeof(fixed_cases[0]); i++) {
		add_fixed(&c, &fixed_cases[i]);
	}
	add_missing_causes(&c);
}
