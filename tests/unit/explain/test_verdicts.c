/* SPDX-License-Identifier: Apache-2.0 */
/* Each verdict from two records made by hand: its cause, headline and exit status, and what it must not claim. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "basedrift/explain.h"

#include "made_record.h"

struct pair {
	struct bd_record *a, *b;
	struct bd_report *report;
};

static struct pair pair_of(struct bd_record *a, struct bd_record *b)
{
	return (struct pair){ a, b, NULL };
}

static void explain(struct pair *pair, bool strict)
{
	const struct bd_explain_options options = { .strict = strict };
	bd_record_sort(pair->a);
	bd_record_sort(pair->b);
	pair->report = bd_explain(pair->a, pair->b, &options);
}

static void assert_verdict(struct pair *pair, enum bd_cause_kind cause, const char *headline, int exit_status)
{
	explain(pair, false);
	assert_string_equal(bd_cause_name(pair->report->verdict.cause), bd_cause_name(cause));
	assert_string_equal(pair->report->verdict.headline, headline);
	assert_int_equal(pair->report->exit_status, exit_status);
	assert_non_null(pair->report->verdict.sentence);
	for (size_t i = 0; i < pair->report->causes.len; i++) {
		assert_non_null(pair->report->causes.v[i].title);
		assert_non_null(pair->report->causes.v[i].sentence);
	}
}

static void release(struct pair *pair)
{
	bd_report_free(pair->report);
	bd_record_free(pair->a);
	bd_record_free(pair->b);
}

static struct bd_package *package_named(struct bd_record *record, const char *name)
{
	for (size_t i = 0; i < record->packages.len; i++) {
		if (strcmp(record->packages.v[i].name, name) == 0) {
			return &record->packages.v[i];
		}
	}
	fail_msg("no package %s", name);
	abort(); /* never reached: fail_msg jumps, which the compiler cannot know */
}

static void set_version(struct bd_record *record, const char *name, const char *version)
{
	struct bd_package *package = package_named(record, name);
	package->version = version;
	package->purl = bd_arena_printf(&record->arena, "pkg:%s/%s@%s", package->type, name, version);
}

static const struct bd_compared *row_of(const struct bd_report *report, enum bd_topic topic)
{
	for (size_t i = 0; i < report->compared.len; i++) {
		if (report->compared.v[i].topic == topic) {
			return &report->compared.v[i];
		}
	}
	fail_msg("no row of topic %d", (int)topic);
	abort();
}

static void test_explain_equal_builds(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy"));
	assert_verdict(&p, BD_NOTHING_DIFFERS, "No difference found in anything we could compare.", 0);
	assert_int_equal(p.report->ruled_out.v[0].kind, BD_BASE_SAME_IMAGE);
	assert_non_null(strstr(p.report->verdict.flake, "suspect a flaky test"));
	release(&p);
}

static void test_explain_base_moved(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run2", "copy"));
	made_digest(p.a, &p.a->bases.v[0], BD_DIGEST_INDEX,
		"sha256:79bd10b2cf390f207f675bd67e0a5492b8d3c2e9955cd457684147d7f9d17d36");
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	set_version(p.b, "six", "1.13.0");
	assert_verdict(&p, BD_BASE_IMAGE_MOVED, "Nothing in git changed. The base image did.", 1);
	assert_int_equal(p.report->causes.len, 1); /* what the RUN step brought anew is a consequence */
	assert_int_equal(p.report->causes.v[0].explains, 2);
	assert_int_equal(p.report->causes.v[0].confidence, BD_PROVEN);
	assert_int_equal(p.report->remedy.v[0].kind, BD_REMEDY_PIN_BASE);
	assert_string_equal(p.report->remedy.v[0].new_text,
		"FROM python:2.7@sha256:79bd10b2cf390f207f675bd67e0a5492b8d3c2e9955cd457684147d7f9d17d36");
	assert_string_equal(p.report->remedy.v[0].patch,
		"--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1,3 +1,3 @@\n-FROM python:2.7\n"
		"+FROM python:2.7@sha256:79bd10b2cf390f207f675bd67e0a5492b8d3c2e9955cd457684147d7f9d17d36\n"
		" RUN pip install six\n COPY --from=ui /dist /app\n");
	assert_int_equal(p.report->remedy.v[1].kind, BD_REMEDY_PIN_PACKAGE); /* second thing to pin */
	assert_string_equal(p.report->remedy.v[1].new_text, "six==1.12.0");
	assert_false(row_of(p.report, BD_TOPIC_BASE_PACKAGES)->is_cause);
	assert_true(row_of(p.report, BD_TOPIC_BASE)->is_cause);
	release(&p);
}

static void test_explain_log_names_a_culprit(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run", "copy"));
	(void)made_package(p.a, "deb", "aaa-first", "1", 0);
	(void)made_package(p.b, "deb", "aaa-first", "2", 0);
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	p.b->log.present = true;
	p.b->log.tail =
		"#9 12.1 Collecting things\n#9 13.5 ERROR: openssl 1.1.1d-0+deb10u2 is not in the list of expected packages\n";
	explain(&p, false);
	assert_int_equal(p.report->named_in_log.len, 1);
	assert_string_equal(p.report->package_rows.v[0].name, "openssl"); /* before aaa-first */
	assert_non_null(
		strstr(p.report->verdict.sentence, "name openssl: ERROR: openssl 1.1.1d-0+deb10u2 is not in the list"));
	release(&p);
}

static void test_explain_step_was_served_from_the_cache(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run2", "copy"));
	p.a->image.created = "2019-10-18T21:40:00Z";
	p.a->layers.v[1].created = "2019-07-12T10:00:00Z";
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	set_version(p.b, "six", "1.13.0");
	explain(&p, false);
	const struct bd_string_vec *evidence = &p.report->causes.v[0].evidence;
	assert_string_equal(evidence->v[evidence->len - 1],
		"The move reset the build cache: Dockerfile line 2 really ran again, for the first time since 2019-07-12 and brought "
		"1 other package.");
	release(&p);
}

static void test_explain_base_moved_without_a_digest(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run", "copy"));
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	assert_verdict(&p, BD_BASE_IMAGE_MOVED, "Nothing in git changed. The base image did.", 1);
	assert_int_equal(p.report->remedy.v[0].kind, BD_REMEDY_RECORD_MORE); /* never a digest that nobody recorded */
	assert_null(p.report->remedy.v[0].new_text);
	release(&p);
}

/* Where no digest is known on both sides the layers' chain_id is shown: other as soon as any layer is. */
static void test_explain_shows_digests_of_one_kind(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run", "copy"));
	made_digest(p.a, &p.a->bases.v[0], BD_DIGEST_INDEX,
		"sha256:1111111111111111111111111111111111111111111111111111111111111111");
	for (size_t i = 0; i < 2; i++) { /* the top layer is the same, the one below is not */
		struct bd_record *side = i == 0 ? p.a : p.b;
		const char **ids = bd_arena_alloc(&side->arena, 2 * sizeof(*ids));
		ids[0] = i == 0 ? "sha256:a" : "sha256:b";
		ids[1] = "sha256:c";
		side->bases.v[0].diff_ids = (struct bd_string_vec){ .v = ids, .len = 2, .cap = 2 };
	}
	explain(&p, false);
	assert_int_equal(p.report->side_a.base_digest_kind, BD_DIGEST_DIFF_ID);
	assert_string_not_equal(p.report->side_a.base_digest, p.report->side_b.base_digest);
	/* printf 'sha256:a sha256:c' | sha256sum */
	assert_string_equal(p.report->side_a.base_digest,
		"sha256:c554306f7669d5b6490b7d928c162d7e45ed387858bf0195f0ba9d4b2e171da1");
	release(&p);
}

static void test_explain_base_moved_and_copied_packages_drifted(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run", "copy2"));
	(void)made_package(p.a, "npm", "express", "4.0.0", 2);
	(void)made_package(p.b, "npm", "express", "4.1.0", 2);
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	assert_verdict(
		&p, BD_BASE_IMAGE_MOVED, "Nothing in git changed. The base image and 1 installed package did.", 1);
	assert_int_equal(p.report->causes.len, 2);
	assert_int_equal(p.report->causes.v[1].kind, BD_OWN_STEP_DRIFTED);
	assert_int_equal(p.report->causes.v[1].line, 3);
	release(&p);
}

static void test_explain_base_rebuilt_with_the_same_content(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("rebuilt", "run", "copy"));
	assert_verdict(&p, BD_ONLY_METADATA, "Nothing in git changed. Only timestamps and other metadata did.", 0);
	assert_int_equal(p.report->ruled_out.v[0].kind, BD_BASE_REBUILT_SAME_CONTENT);
	assert_int_equal(row_of(p.report, BD_TOPIC_BASE)->state, BD_SAME);
	release(&p);
}

static void test_explain_base_rebuilt_is_not_acquitted_blindly(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("rebuilt", "run", "copy"));
	bd_record_diagnose(p.b, "package-database-unreadable", "var/lib/dpkg/status", "line 12: no field name");
	assert_verdict(&p, BD_BASE_IMAGE_MOVED, "Nothing in git changed. The base image did.", 1);
	assert_true(row_of(p.report, BD_TOPIC_BASE_PACKAGES)->unreadable);
	release(&p);
}

static void test_explain_index_republished(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy"));
	made_digest(p.a, &p.a->bases.v[0], BD_DIGEST_INDEX, "sha256:one");
	made_digest(p.b, &p.b->bases.v[0], BD_DIGEST_INDEX, "sha256:two");
	assert_verdict(&p, BD_NOTHING_DIFFERS, "No difference found in anything we could compare.", 0);
	assert_int_equal(p.report->ruled_out.v[0].kind, BD_INDEX_ONLY_REPUBLISHED);
	release(&p);
}

static void test_explain_digests_of_two_kinds_are_not_compared(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy"));
	p.a->bases.v[0].diff_ids.len = p.b->bases.v[0].diff_ids.len = 0;
	made_digest(p.a, &p.a->bases.v[0], BD_DIGEST_INDEX, "sha256:one");
	made_digest(p.b, &p.b->bases.v[0], BD_DIGEST_MANIFEST, "sha256:two");
	assert_verdict(&p, BD_NOTHING_DIFFERS, "No difference found in anything we could compare.", 0);
	assert_int_equal(row_of(p.report, BD_TOPIC_BASE)->state, BD_CANNOT_TELL);
	release(&p);
}

static void test_explain_own_step_drifted(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run2", "copy"));
	set_version(p.b, "six", "1.13.0");
	(void)made_file(p.a, "usr/bin/tool", "sha256:1", 1);
	(void)made_file(p.b, "usr/bin/tool", "sha256:2", 1);
	assert_verdict(&p, BD_OWN_STEP_DRIFTED, "Nothing in git changed. Packages installed during the build did.", 1);
	assert_int_equal(p.report->causes.len, 1); /* the file came with the packages */
	assert_int_equal(p.report->causes.v[0].line, 2);
	assert_string_equal(p.report->remedy.v[0].new_text, "six==1.12.0");
	assert_string_equal(p.report->package_rows.v[0].where, "Dockerfile line 2");
	assert_int_equal(p.report->package_rows.v[0].change, BD_UP);
	release(&p);
}

static void test_explain_trigger_drifted(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy2"));
	for (size_t i = 1; i < 3; i++) { /* both layers are made by triggers, at the line of FROM */
		p.a->layers.v[i].line = p.b->layers.v[i].line = 1;
		p.a->layers.v[i].copied_from = p.b->layers.v[i].copied_from = NULL;
		p.a->layers.v[i].copied_from_stage = p.b->layers.v[i].copied_from_stage = -1;
	}
	p.a->layers.v[2].instruction = p.b->layers.v[2].instruction = "ONBUILD RUN make";
	(void)made_package(p.a, "deb", "tool", "1", 2);
	(void)made_package(p.b, "deb", "tool", "2", 2);
	assert_verdict(&p, BD_OWN_STEP_DRIFTED, "Nothing in git changed. Packages installed during the build did.", 1);
	assert_string_equal(p.report->causes.v[0].evidence.v[0], "Dockerfile, line 1: ONBUILD RUN make");
	release(&p);
}

static void test_explain_stage_image_moved(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy2"));
	made_digest(p.a, made_base(p.a, BD_ROLE_BUILDER, 5, "node:20"), BD_DIGEST_MANIFEST, "sha256:one");
	made_digest(p.b, made_base(p.b, BD_ROLE_BUILDER, 5, "node:20"), BD_DIGEST_MANIFEST, "sha256:two");
	p.b->files.v[0].digest = "sha256:other";
	assert_verdict(&p, BD_STAGE_IMAGE_MOVED, "Nothing in git changed. The image of stage ui did.", 1);
	assert_int_equal(p.report->causes.len, 1);
	assert_int_equal(p.report->causes.v[0].explains, 1);
	release(&p);
}

static void test_explain_files_of_a_stage_that_nothing_records(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy2"));
	p.b->files.v[0].digest = "sha256:other";
	assert_verdict(&p, BD_FILES_OUTSIDE_PACKAGES, "Nothing in git changed. Files outside packages did.", 1);
	assert_non_null(
		strstr(p.report->verdict.sentence, "Dockerfile line 3 copies from stage ui differs: app/index.js"));
	assert_non_null(strstr(p.report->verdict.sentence, "records nothing of that stage"));
	release(&p);
}

static void test_explain_settings(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy"));
	made_env(p.a, "MODE", "slow");
	made_env(p.b, "MODE", "fast");
	assert_verdict(&p, BD_SETTINGS_CHANGED, "Nothing in git changed. The image's settings did.", 1);
	assert_non_null(strstr(p.report->causes.v[0].sentence, "env MODE was slow and is fast"));
	release(&p);
}

static void test_explain_build_input(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy"));
	*bd_vec_push(&p.a->inputs) = (struct bd_input){ .kind = "builder", .value = "buildah 1.28.2" };
	*bd_vec_push(&p.b->inputs) = (struct bd_input){ .kind = "builder", .value = "buildah 1.29.0" };
	assert_verdict(&p, BD_BUILD_INPUT_CHANGED, "Nothing in git changed. The builder did.", 1);
	assert_non_null(strstr(p.report->causes.v[0].sentence, "The builder was buildah 1.28.2 and is buildah 1.29.0"));
	release(&p);
}

static void test_explain_builder_recorded_once_is_no_difference(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy"));
	*bd_vec_push(&p.b->inputs) = (struct bd_input){ .kind = "builder", .key = "docker", .value = "28.2.2" };
	assert_verdict(&p, BD_NOTHING_DIFFERS, "No difference found in anything we could compare.", 0);
	assert_int_equal(row_of(p.report, BD_TOPIC_BUILDER)->state, BD_CANNOT_TELL);
	release(&p);
}

static void test_explain_same_version_other_content(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run2", "copy"));
	package_named(p.a, "six")->layer = package_named(p.b, "six")->layer = -1;
	package_named(p.b, "six")->content = "sha256:other";
	assert_verdict(&p, BD_SAME_VERSION_OTHER_CONTENT, "Nothing in git changed. The content of packages did.", 1);
	release(&p);
}

/* A step that overwrites a file of a base's package: the step drifted, and a base rebuilt beside it is innocent. */
static void test_explain_step_replaced_a_file_of_a_base_package(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("rebuilt", "run2", "copy"));
	package_named(p.a, "openssl")->content = "sha256:one";
	package_named(p.b, "openssl")->content = "sha256:two";
	made_file(p.a, "usr/bin/openssl", "sha256:one", 1)->modified_from = package_named(p.a, "openssl")->purl;
	made_file(p.b, "usr/bin/openssl", "sha256:two", 1)->modified_from = package_named(p.b, "openssl")->purl;
	assert_verdict(&p, BD_OWN_STEP_DRIFTED, "Nothing in git changed. Packages installed during the build did.", 1);
	assert_int_equal(p.report->causes.len, 1);
	assert_int_equal(p.report->causes.v[0].line, 2);
	assert_int_equal(p.report->ruled_out.v[0].kind, BD_BASE_REBUILT_SAME_CONTENT);
	release(&p);
}

static void test_explain_source_changed(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run2", "copy"));
	p.b->source.tree = "1111111111111111111111111111111111111111";
	set_version(p.b, "six", "1.13.0");
	assert_verdict(&p, BD_SOURCE_CHANGED, "Git changed. Nothing else that was recorded did.", 1);
	release(&p);
}

static void test_explain_source_and_base_changed(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run2", "copy"));
	p.b->source.tree = "1111111111111111111111111111111111111111";
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	assert_verdict(&p, BD_BASE_IMAGE_MOVED, "Git changed, and so did the base image.", 1);
	assert_null(p.report->verdict.flake);
	release(&p);
}

static void test_explain_source_not_recorded(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run", "copy"));
	p.a->source.tree = NULL;
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	assert_verdict(&p, BD_BASE_IMAGE_MOVED, "The base image changed. Whether git did was not recorded.", 1);
	release(&p);
}

static void test_explain_uncommitted_changes_are_another_source(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy"));
	p.b->source.dirty = BD_DIFFERENT;
	p.b->source.dirty_digest = "sha256:dirt";
	assert_verdict(&p, BD_SOURCE_CHANGED, "What was built changed. Nothing else that was recorded did.", 1);
	release(&p);
}

static void test_explain_platform_changed(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run2", "copy"));
	p.b->image.platform = p.b->bases.v[0].platform = "linux/arm64";
	package_named(p.a, "openssl")->arch = "amd64";
	package_named(p.b, "openssl")->arch = "arm64";
	assert_verdict(&p, BD_BASE_PLATFORM_CHANGED, "Nothing in git changed. The platform did.", 1);
	assert_int_equal(p.report->diff.packages.len, 0); /* compared without their architecture */
	release(&p);
}

static void test_explain_reference_changed(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run2", "copy"));
	p.b->bases.v[0].reference = "docker.io/library/python:3.12";
	assert_verdict(&p, BD_BASE_REFERENCE_CHANGED, "Nothing in git changed. The base image's reference did.", 1);
	release(&p);
}

static void test_explain_cannot_tell(void **state)
{
	(void)state;
	struct pair p = pair_of(bd_record_new(), made_record("base", "run", "copy"));
	assert_verdict(&p, BD_CANNOT_TELL_CAUSE, "Cannot tell yet: the last good build has no package inventory.", 2);
	assert_true(p.report->remedy.len > 0);
	assert_int_equal(p.report->remedy.v[0].kind, BD_REMEDY_RECORD_MORE);
	release(&p);
}

static void test_explain_unreadable_database_is_never_same(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run", "copy"));
	bd_record_diagnose(p.b, "package-database-unreadable", "var/lib/dpkg/status", "line 12: no field name");
	assert_verdict(&p, BD_CANNOT_TELL_CAUSE, "Cannot tell yet: part of an image could not be read.", 2);
	release(&p);
}

static void test_explain_unknown_base_is_narrowed_by_the_lowest_layer(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run", "copy"));
	for (size_t i = 0; i < 3; i++) {
		p.a->layers.v[i].origin = p.b->layers.v[i].origin = BD_LAYER_UNKNOWN;
	}
	p.a->bases.v[0].diff_ids.len = p.b->bases.v[0].diff_ids.len = 0;
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	assert_verdict(&p, BD_BASE_IMAGE_MOVED, "Nothing in git changed. The base image did.", 1);
	release(&p);
}

/* A squashed image: one layer, whose packages may be the base's or the build's.  Nobody is accused, nobody acquitted.
 */
static void test_explain_squashed_image_accuses_nobody(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run", "copy"));
	struct bd_record *sides[] = { p.a, p.b };
	for (size_t i = 0; i < 2; i++) {
		sides[i]->layers.len = 1;
		sides[i]->layers.v[0].origin = BD_LAYER_UNKNOWN;
		sides[i]->bases.v[0].diff_ids.len = 0;
		for (size_t k = 0; k < sides[i]->packages.len; k++) {
			sides[i]->packages.v[k].layer = 0;
		}
	}
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	assert_verdict(&p, BD_CANNOT_TELL_CAUSE,
		"Cannot tell yet: packages differ, and nothing recorded tells who brought them.", 1);
	assert_int_equal(p.report->ruled_out.len, 0);
	assert_int_equal(p.report->causes.len, 1);
	assert_int_equal(p.report->diff.packages.v[0].explained_by, -1);
	assert_non_null(strstr(p.report->remedy.v[0].text, "--base-image"));
	assert_int_equal(row_of(p.report, BD_TOPIC_BASE_PACKAGES)->state, BD_CANNOT_TELL);
	release(&p);
}

static void test_explain_strict_counts_metadata(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("base", "run2", "copy"));
	explain(&p, true);
	assert_int_equal(p.report->verdict.cause, BD_ONLY_METADATA);
	assert_int_equal(p.report->exit_status, 1);
	release(&p);
}

static void test_explain_secrets_stay_out_of_the_patch(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run", "copy"));
	p.b->source.dockerfile_text = "FROM python:2.7\nRUN x\nENV API_TOKEN=REDACTED\nRUN x\n";
	made_digest(p.a, &p.a->bases.v[0], BD_DIGEST_INDEX,
		"sha256:79bd10b2cf390f207f675bd67e0a5492b8d3c2e9955cd457684147d7f9d17d36");
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	explain(&p, false);
	assert_null(strstr(p.report->remedy.v[0].patch, "API_TOKEN")); /* it would not apply */
	bd_report_free(p.report);
	p.b->source.dockerfile_text = "FROM python:2.7\nENV API_TOKEN=REDACTED\nRUN x\n";
	explain(&p, false);
	assert_null(p.report->remedy.v[0].patch); /* nor would one that ends before that line */
	assert_string_equal(p.report->remedy.v[0].old_text, "FROM python:2.7");
	release(&p);
}

static void test_explain_folds_binary_packages_of_one_source(void **state)
{
	(void)state;
	struct pair p = pair_of(made_record("base", "run", "copy"), made_record("moved", "run", "copy"));
	made_package(p.a, "deb", "libssl1.1", "1.1.1c-1", 0)->source = "openssl";
	made_package(p.b, "deb", "libssl1.1", "1.1.1d-0+deb10u2", 0)->source = "openssl";
	set_version(p.b, "openssl", "1.1.1d-0+deb10u2");
	explain(&p, false);
	assert_int_equal(p.report->package_rows.len, 1);
	assert_string_equal(p.report->package_rows.v[0].name, "openssl");
	assert_int_equal(p.report->package_rows.v[0].members.len, 2);
	assert_string_equal(p.report->package_rows.v[0].where, "base layer 0");
	release(&p);
}

static void test_bd_cause_name_is_unique(void **state)
{
	(void)state;
	for (int i = BD_BASE_REFERENCE_CHANGED; i <= BD_BASE_SAME_IMAGE; i++) {
		for (int j = i + 1; j <= BD_BASE_SAME_IMAGE; j++) {
			assert_string_not_equal(
				bd_cause_name((enum bd_cause_kind)i), bd_cause_name((enum bd_cause_kind)j));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_explain_equal_builds),
		cmocka_unit_test(test_explain_base_moved),
		cmocka_unit_test(test_explain_log_names_a_culprit),
		cmocka_unit_test(test_explain_step_was_served_from_the_cache),
		cmocka_unit_test(test_explain_base_moved_without_a_digest),
		cmocka_unit_test(test_explain_shows_digests_of_one_kind),
		cmocka_unit_test(test_explain_base_moved_and_copied_packages_drifted),
		cmocka_unit_test(test_explain_base_rebuilt_with_the_same_content),
		cmocka_unit_test(test_explain_base_rebuilt_is_not_acquitted_blindly),
		cmocka_unit_test(test_explain_index_republished),
		cmocka_unit_test(test_explain_digests_of_two_kinds_are_not_compared),
		cmocka_unit_test(test_explain_own_step_drifted),
		cmocka_unit_test(test_explain_trigger_drifted),
		cmocka_unit_test(test_explain_stage_image_moved),
		cmocka_unit_test(test_explain_files_of_a_stage_that_nothing_records),
		cmocka_unit_test(test_explain_settings),
		cmocka_unit_test(test_explain_build_input),
		cmocka_unit_test(test_explain_builder_recorded_once_is_no_difference),
		cmocka_unit_test(test_explain_same_version_other_content),
		cmocka_unit_test(test_explain_step_replaced_a_file_of_a_base_package),
		cmocka_unit_test(test_explain_source_changed),
		cmocka_unit_test(test_explain_source_and_base_changed),
		cmocka_unit_test(test_explain_source_not_recorded),
		cmocka_unit_test(test_explain_uncommitted_changes_are_another_source),
		cmocka_unit_test(test_explain_platform_changed),
		cmocka_unit_test(test_explain_reference_changed),
		cmocka_unit_test(test_explain_cannot_tell),
		cmocka_unit_test(test_explain_unreadable_database_is_never_same),
		cmocka_unit_test(test_explain_unknown_base_is_narrowed_by_the_lowest_layer),
		cmocka_unit_test(test_explain_squashed_image_accuses_nobody),
		cmocka_unit_test(test_explain_strict_counts_metadata),
		cmocka_unit_test(test_explain_secrets_stay_out_of_the_patch),
		cmocka_unit_test(test_explain_folds_binary_packages_of_one_source),
		cmocka_unit_test(test_bd_cause_name_is_unique),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
