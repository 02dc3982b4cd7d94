/* SPDX-License-Identifier: Apache-2.0 */
#include "render/tree.h"

#include <stdlib.h>
#include <string.h>

#include "render/events.h"
#include "render/words.h"

#define MAX_ROWS_DEFAULT  500U
#define MAX_BYTES_DEFAULT (5U << 20)
#define FIXED_BYTES       (256U << 10) /* kept for what is not a table: verdict, evidence, style */
#define LIST_MAX          100U         /* causes, remedies, compared rows: more is no list for people */

static bool is_different_for_people(const struct bd_report *r)
{
	return r->verdict.cause < BD_ONLY_METADATA;
}

/* "Nothing in git changed." / "The base image did.": the last sentence of several is what drifted. */
static void add_headline(struct tree *tree, xmlNode *verdict)
{
	const char *text = render_shown(&tree->arena, tree->report->verdict.headline);
	xmlNode *headline = tree_add(tree, verdict, "headline");
	const char *cut = *text == '"' ? NULL : strstr(text, ". ");
	if (cut != NULL && is_different_for_people(tree->report)) {
		(void)tree_text_whole(
			tree, headline, "part", bd_arena_text(&tree->arena, text, (size_t)(cut - text) + 1));
		(void)tree_text_whole(tree, headline, "hot", cut + 2);
	} else {
		(void)tree_text_whole(tree, headline, "part", text);
	}
}

static bool all_follows_from_one(const struct bd_report *r)
{
	size_t consequences = 0;
	for (size_t i = 0; i < r->compared.len; i++) {
		const struct bd_compared *row = &r->compared.v[i];
		if (row->state == BD_DIFFERENT && row->cause != 0) {
			return false;
		}
		consequences += row->state == BD_DIFFERENT && !row->is_cause;
	}
	return r->causes.len == 1 && consequences > 0 && is_different_for_people(r);
}

static bool has_packages(const struct bd_report *r, enum bd_layer_origin origin)
{
	for (size_t i = 0; i < r->package_rows.len; i++) {
		if (r->package_rows.v[i].origin == origin) {
			return true;
		}
	}
	return false;
}

/* Where the page has the rows of that topic, or NULL. */
static const char *section_of(const struct bd_report *r, enum bd_topic topic)
{
	switch (topic) {
	case BD_TOPIC_BASE_PACKAGES:
		return has_packages(r, BD_LAYER_BASE) ? "#pkg-base" : NULL;
	case BD_TOPIC_OWN_PACKAGES:
		return has_packages(r, BD_LAYER_STEP)      ? "#pkg-your"
		       : has_packages(r, BD_LAYER_UNKNOWN) ? "#pkg-other"
							   : NULL;
	case BD_TOPIC_BASE_SETTINGS:
	case BD_TOPIC_OWN_SETTINGS:
		return r->diff.settings.len > 0 ? "#settings" : NULL;
	case BD_TOPIC_FILES:
		return r->folders.len > 0 ? "#files" : NULL;
	case BD_TOPIC_BASE:
		return r->layer_rows.len > 0 ? "#layers" : NULL;
	case BD_TOPIC_TREE:
	case BD_TOPIC_DOCKERFILE:
	case BD_TOPIC_STAGE_IMAGES:
	case BD_TOPIC_BUILD_ARGS:
	case BD_TOPIC_PLATFORM:
	case BD_TOPIC_BUILDER:
	case BD_TOPIC_FRONTEND:
	case BD_TOPIC_COPIED_IMAGES:
		break;
	}
	return NULL;
}

/* In the middle of a sentence. */
static const char *uncapital(struct tree *tree, const char *label)
{
	char *copy = bd_arena_strdup(&tree->arena, label);
	const bool word = copy[0] >= 'A' && copy[0] <= 'Z' && copy[1] >= 'a' && copy[1] <= 'z';
	copy[0] = (char)(word ? copy[0] | 0x20 : copy[0]);
	return copy;
}

/* Each consequence of the one cause, for "everything else that differs follows from it". */
static void add_consequences(struct tree *tree, xmlNode *verdict)
{
	const struct bd_compared_vec *rows = &tree->report->compared;
	if (!all_follows_from_one(tree->report)) {
		return;
	}
	xmlNode *node = tree_add(tree, verdict, "consequences");
	for (size_t i = 0; i < rows->len && i < LIST_MAX; i++) {
		if (rows->v[i].state == BD_DIFFERENT && !rows->v[i].is_cause) {
			xmlNode *row = tree_add(tree, node, "consequence");
			tree_attr(tree, row, "href", section_of(tree->report, rows->v[i].topic));
			tree_prose(tree, row, "label", uncapital(tree, rows->v[i].label));
			tree_prose(tree, row, "detail", rows->v[i].detail);
		}
	}
}

static void add_verdict(struct tree *tree, xmlNode *root)
{
	const struct bd_report *r = tree->report;
	xmlNode *verdict = tree_add(tree, root, "verdict");
	tree_attr(tree, verdict, "cause", bd_cause_name(r->verdict.cause));
	tree_attr(tree, verdict, "confidence", bd_confidence_name(r->verdict.confidence));
	add_headline(tree, verdict);
	tree_prose(tree, verdict, "sentence", r->verdict.sentence);
	tree_prose(tree, verdict, "flake", r->verdict.flake);
	add_consequences(tree, verdict);
}

static void add_side(
	struct tree *tree, xmlNode *root, const char *key, const struct bd_side *side, const struct bd_record *record)
{
	xmlNode *node = tree_add(tree, root, "side");
	tree_attr(tree, node, "key", key);
	tree_attr(tree, node, "label", side->label);
	tree_attr(tree, node, "runtime", side->runtime);
	tree_attr(tree, node, "distro", side->distro);
	tree_attr(tree, node, "status", bd_status_name(record->build.status));
	tree_attr(tree, node, "started", record->build.started);
	tree_attr(tree, node, "started-text", render_time(&tree->arena, record->build.started));
	tree_attr(tree, node, "base-created", side->base_created);
	tree_attr(tree, node, "base-created-text", render_day(&tree->arena, side->base_created));
	tree_attr_whole(tree, node, "base-digest", side->base_digest);
	tree_attr(tree, node, "base-digest-short", bd_short_digest(&tree->arena, side->base_digest));
	if (render_is_web_address(record->build.url)) {
		tree_attr_whole(tree, node, "url", record->build.url);
	}
}

static void add_list_more(struct tree *tree, xmlNode *node, size_t len, const char *one, const char *many)
{
	if (len > LIST_MAX) {
		tree_attr(tree, tree_add(tree, node, "more"), "count",
			bd_plural(&tree->arena, len - LIST_MAX, one, many));
	}
}

static void add_causes(struct tree *tree, xmlNode *root)
{
	const struct bd_cause_vec *causes = &tree->report->causes;
	xmlNode *list = tree_add(tree, root, "causes");
	for (size_t i = 0; i < causes->len && i < LIST_MAX; i++) {
		const struct bd_cause *cause = &causes->v[i];
		xmlNode *node = tree_add(tree, list, "cause");
		tree_attr(tree, node, "name", bd_cause_name(cause->kind));
		tree_attr(tree, node, "confidence", bd_confidence_name(cause->confidence));
		tree_number(tree, node, "explains", cause->explains);
		tree_prose(tree, node, "title", cause->title);
		tree_prose(tree, node, "sentence", cause->sentence);
		for (size_t k = 0; k < cause->evidence.len && k < LIST_MAX; k++) {
			tree_prose(tree, node, "evidence", cause->evidence.v[k]);
		}
	}
	add_list_more(tree, list, causes->len, "more cause", "more causes");
}

static void add_patch(struct tree *tree, xmlNode *node, const char *patch)
{
	xmlNode *lines = tree_add(tree, node, "patch");
	struct bd_str rest = bd_str(patch);
	struct bd_str line;
	while (bd_str_line(&rest, &line)) {
		struct bd_buf text = { 0 };
		bd_display_text(&text, line.p, line.n);
		xmlNode *child = tree_add(tree, lines, "line");
		xmlNodeAddContentLen(child, (const xmlChar *)bd_buf_str(&text), (int)text.n);
		tree->bytes += text.n;
		bd_buf_release(&text);
	}
}

static void add_remedies(struct tree *tree, xmlNode *root)
{
	const struct bd_remedy_vec *remedies = &tree->report->remedy;
	xmlNode *list = tree_add(tree, root, "remedies");
	for (size_t i = 0; i < remedies->len && i < LIST_MAX; i++) {
		const struct bd_remedy *remedy = &remedies->v[i];
		xmlNode *node = tree_add(tree, list, "remedy");
		tree_attr(tree, node, "kind", bd_remedy_kind_name(remedy->kind));
		tree_attr(tree, node, "file", remedy->file);
		if (remedy->line > 0) {
			tree_attr(tree, node, "line", bd_arena_printf(&tree->arena, "%d", remedy->line));
		}
		tree_prose(tree, node, "text", remedy->text);
		(void)tree_text_whole(tree, node, "old", remedy->old_text);
		(void)tree_text_whole(tree, node, "new", remedy->new_text);
		tree_prose(tree, node, "test", remedy->test);
		if (remedy->patch != NULL) {
			add_patch(tree, node, remedy->patch);
		}
	}
	add_list_more(tree, list, remedies->len, "more thing to do", "more things to do");
}

static xmlNode *add_compared_row(
	struct tree *tree, xmlNode *list, enum bd_tri state, const char *label, const char *detail)
{
	static const char *const names[] = {
		[BD_CANNOT_TELL] = "none", [BD_SAME] = "same", [BD_DIFFERENT] = "different"
	};
	xmlNode *node = tree_add(tree, list, "row");
	tree_attr(tree, node, "state", names[state]);
	tree_attr(tree, node, "word", render_state_word(state));
	tree_prose(tree, node, "label", label);
	tree_prose(tree, node, "detail", detail);
	return node;
}

static void add_compared(struct tree *tree, xmlNode *root)
{
	const struct bd_report *r = tree->report;
	xmlNode *list = tree_add(tree, root, "compared");
	for (size_t s = 0; s < sizeof(render_states) / sizeof(render_states[0]); s++) {
		for (size_t i = 0; i < r->compared.len && i < LIST_MAX; i++) {
			const struct bd_compared *row = &r->compared.v[i];
			if (row->state == render_states[s]) {
				xmlNode *node = add_compared_row(tree, list, row->state, row->label, row->detail);
				tree_attr(tree, node, "href",
					row->state == BD_DIFFERENT ? section_of(r, row->topic) : NULL);
			}
		}
	}
	for (size_t i = 0; i < r->not_compared.len && i < LIST_MAX; i++) {
		if (!render_said_already(r, i)) {
			(void)add_compared_row(
				tree, list, BD_CANNOT_TELL, r->not_compared.v[i].what, r->not_compared.v[i].why);
		}
	}
	add_list_more(tree, list, r->not_compared.len, "more not compared", "more not compared");
}

static void add_events(struct tree *tree, xmlNode *root)
{
	struct render_event_vec events = { 0 };
	render_events(&tree->arena, tree->report, &events);
	xmlNode *list = tree_add(tree, root, "events");
	tree_timeline(tree, list);
	for (size_t i = 0; i < events.len; i++) {
		xmlNode *node = tree_add(tree, list, "event");
		tree_attr(tree, node, "time", events.v[i].time);
		tree_attr(tree, node, "time-text", render_time(&tree->arena, events.v[i].time));
		tree_prose(tree, node, "text", events.v[i].text);
	}
	free(events.v);
}

static void add_ruled_out(struct tree *tree, xmlNode *root)
{
	const struct bd_ruled_out_vec *ruled = &tree->report->ruled_out;
	xmlNode *list = tree_add(tree, root, "ruled-out");
	for (size_t i = 0; i < ruled->len && i < LIST_MAX; i++) {
		xmlNode *node = tree_add(tree, list, "item");
		tree_attr(tree, node, "name", bd_cause_name(ruled->v[i].kind));
		tree_attr(tree, node, "reference", ruled->v[i].reference);
		tree_prose(tree, node, "reason", ruled->v[i].reason);
	}
	add_list_more(tree, list, ruled->len, "more ruled out", "more ruled out");
}

static void add_root(struct tree *tree, xmlNode *root)
{
	const struct bd_report *r = tree->report;
	const struct bd_build *build = &r->b->build;
	tree_attr(tree, root, "schema", "basedrift/tree/1");
	tree_attr(tree, root, "tool", "basedrift " BASEDRIFT_VERSION);
	tree_attr(tree, root, "generated", r->generated);
	tree_attr(tree, root, "generated-text", render_time(&tree->arena, r->generated));
	tree_attr(tree, root, "json", render_json_name(&tree->arena, tree->options));
	tree_attr(tree, root, "project", build->project != NULL ? build->project : r->a->build.project);
	tree_attr(tree, root, "branch", build->branch != NULL ? build->branch : r->a->build.branch);
	tree_attr(tree, root, "dockerfile", r->dockerfile);
	add_side(tree, root, "a", &r->side_a, r->a);
	add_side(tree, root, "b", &r->side_b, r->b);
}

static void add_report(struct tree *tree, xmlNode *root)
{
	add_root(tree, root);
	add_verdict(tree, root);
	add_causes(tree, root);
	add_remedies(tree, root);
	add_compared(tree, root);
	add_events(tree, root);
	add_ruled_out(tree, root);
	tree_evidence(tree, root);
	/* tables last: they take what room the rest leaves */
	tree_layers(tree, root);
	tree_settings(tree, root);
	tree_packages(tree, root);
	tree_files(tree, root);
}

int render_tree(
	const struct bd_report *report, const struct bd_render_options *options, xmlDoc **out, struct bd_error *err)
{
	struct tree tree = { .report = report, .options = options };
	const size_t max_bytes = options->html_max_bytes == 0 ? MAX_BYTES_DEFAULT : options->html_max_bytes;
	tree.max_rows = options->html_max_rows == 0 ? MAX_ROWS_DEFAULT : options->html_max_rows;
	tree.max_bytes = max_bytes / 2 > FIXED_BYTES ? max_bytes - FIXED_BYTES : max_bytes / 2;

	xmlDoc *doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlNode *root = doc == NULL ? NULL : xmlNewNode(NULL, (const xmlChar *)"report");
	if (root == NULL) {
		xmlFreeDoc(doc);
		return bd_error_set(err, BD_ERR_IO, "no XML document");
	}
	(void)xmlDocSetRootElement(doc, root);
	add_report(&tree, root);
	free(tree.ids.v);
	bd_arena_release(&tree.arena);
	*out = doc;
	return 0;
}
