/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OLD_DIGEST "sha256:79bd10b2cf390f207f675bd67e0a5492b8d3c2e9955cd457684147d7f9d17d36"
#define NEW_DIGEST "sha256:4924b67b58e513cd1ca778ee389f516873c048a04ad173ed91a932c863cb0f81"
#define TREE       "80655da8d80aaaf92ce5357e7828dc09adb00993"
#define COMMIT     "4015b57a143aec5156fd1444a017a32137a3fd0f"

const char *const fixture_names[FIXTURE_KINDS] = { "base-moved", "own-step", "only-metadata", "nothing", "cannot-tell",
	"stages", "hostile", "huge" };

const char *const hostile_texts[] = { "<script>alert(1)</script>", "]]>", "--><!--", "&amp;&#x3c;",
	"\x1b[31mred\x1b[0m", "\xe2\x80\xaegnp.exe", "bad \xff\xc3 bytes", "a\nb\tc\rd", "`code` ``more``",
	"| pipe | cell |", "_x_ *y* ~~z~~ [l](u)", "@everyone #12 !x", "\"quoted\" 'single'", "\xed\xa0\x80 surrogate",
	"\xef\xbf\xbe noncharacter", "\x7f\x01\x08", "::error::x", "</code></pre></td>", "${jndi:x} {{7*7}}", "", " ",
	"d\xc3\xa9j\xc3\xa0 vu \xe6\x97\xa5\xe6\x9c\xac", NULL };

struct compared_args {
	enum bd_topic topic;
	enum bd_tri state;
	const char *label, *detail;
	size_t differing, total;
	int cause;
	bool is_cause;
};

static void compare(struct fixture *f, struct compared_args args)
{
	*bd_vec_push(&f->report.compared) = (struct bd_compared){
		.topic = args.topic,
		.state = args.state,
		.label = args.label,
		.detail = args.detail,
		.differing = args.differing,
		.total = args.total,
		.cause = args.cause,
		.is_cause = args.is_cause,
	};
}

static void same(struct fixture *f, enum bd_topic topic, const char *label, const char *detail)
{
	compare(f, (struct compared_args){ topic, BD_SAME, label, detail, 0, 0, -1, false });
}

static void none(struct fixture *f, enum bd_topic topic, const char *label, const char *why)
{
	compare(f, (struct compared_args){ topic, BD_CANNOT_TELL, label, why, 0, 0, -1, false });
}

static void compare_inputs(struct fixture *f)
{
	same(f, BD_TOPIC_TREE, "Source tree", "git tree 80655da");
	same(f, BD_TOPIC_DOCKERFILE, "Dockerfile", "byte for byte");
	same(f, BD_TOPIC_BUILD_ARGS, "Build arguments", "none");
	same(f, BD_TOPIC_PLATFORM, "Platform", "linux/amd64");
	same(f, BD_TOPIC_BUILDER, "Builder", "BuildKit 0.6.2");
}

static void add_package(struct fixture *f, struct bd_package_row row)
{
	row.anchor = bd_arena_printf(&f->report.arena, "pkg-%s-%s", row.type, row.name);
	*bd_vec_push(&f->report.package_rows) = row;
}

static void add_layer(
	struct fixture *f, int first, int last, enum bd_layer_state state, const char *label, const char *detail)
{
	const bool step = first >= 9;
	*bd_vec_push(&f->report.layer_rows) = (struct bd_layer_row){
		.a_first = first,
		.a_last = last,
		.b_first = first,
		.b_last = last,
		.state = state,
		.origin = step ? BD_LAYER_STEP : BD_LAYER_BASE,
		.label = label,
		.detail = detail,
		.a_digest = OLD_DIGEST,
		.b_digest = state == BD_LAYER_IDENTICAL ? OLD_DIGEST : NEW_DIGEST,
		.line = step ? first - 7 : 0,
	};
}

static void add_setting(struct fixture *f, const char *kind, const char *key, const char *a, const char *b)
{
	*bd_vec_push(&f->report.diff.settings) = (struct bd_setting_change){
		.change = a == NULL   ? BD_ADDED
			  : b == NULL ? BD_REMOVED
				      : BD_CHANGED,
		.kind = kind,
		.key = key,
		.a = a,
		.b = b,
		.explained_by = 0,
	};
}

static void add_file(struct fixture *f, const char *path, enum bd_change change)
{
	struct bd_file_line *lines = bd_arena_alloc(&f->report.arena, 2 * sizeof(*lines));
	lines[0] = (struct bd_file_line){
		.path = path, .kind = BD_FILE, .mode = 0644, .size_bytes = 20541, .digest = OLD_DIGEST
	};
	lines[1] = (struct bd_file_line){ .path = path,
		.kind = BD_FILE,
		.mode = change == BD_METADATA ? 0755 : 0644,
		.size_bytes = 20618,
		.digest = NEW_DIGEST };
	*bd_vec_push(&f->report.diff.files) = (struct bd_file_change){
		.change = change,
		.a = change == BD_ADDED ? NULL : &lines[0],
		.b = change == BD_REMOVED ? NULL : &lines[1],
		.explained_by = -1,
	};
}

static void add_base(struct fixture *f, size_t at, enum bd_role role, enum bd_tri state)
{
	struct bd_base *a = &f->bases[at];
	struct bd_base *b = &f->bases[at + 1];
	*a = (struct bd_base){ .role = role,
		.line = 1,
		.as_written = "python:2.7",
		.reference = "docker.io/library/python:2.7",
		.pin = BD_PIN_TAG,
		.platform = "linux/amd64",
		.created = "2019-09-12T00:41:09Z",
		.confidence = BD_PROVEN };
	*b = *a;
	*bd_vec_push(&a->digests) = (struct bd_digest){ BD_DIGEST_INDEX, OLD_DIGEST };
	*bd_vec_push(&b->digests) = (struct bd_digest){ BD_DIGEST_INDEX, state == BD_SAME ? OLD_DIGEST : NEW_DIGEST };
	if (state != BD_SAME) {
		b->created = "2019-10-19T02:58:31Z";
	}
	*bd_vec_push(&f->report.diff.bases) =
		(struct bd_base_pair){ .a = a, .b = b, .same = state, .how = "index digest" };
}

static void describe_builds(struct fixture *f)
{
	struct bd_record *records[] = { &f->a, &f->b };
	for (size_t i = 0; i < 2; i++) {
		struct bd_record *r = records[i];
		r->build = (struct bd_build){ .project = "orders-api",
			.branch = "master",
			.id = i == 0 ? "4811" : "4817",
			.status = i == 0 ? BD_STATUS_PASSED : BD_STATUS_FAILED,
			.exit_code = -1,
			.url = i == 0 ? "https://ci.example/builds/4811" : "javascript:alert(1)",
			.started = i == 0 ? "2019-10-18T21:40:00Z" : "2019-10-19T11:30:00Z" };
		r->source = (struct bd_vcs){ .present = true, .vcs = "git", .commit = COMMIT, .tree = TREE };
		r->image.present = true;
		r->image.name = "oci:app";
		r->image.platform = "linux/amd64";
		r->image.created = "1970-01-01T00:00:00Z";
		r->digest = i == 0 ? OLD_DIGEST : NEW_DIGEST;
	}
	f->report.side_a = (struct bd_side){ .label = "build 4811",
		.runtime = "Python 2.7.16",
		.base_digest = OLD_DIGEST,
		.base_digest_kind = BD_DIGEST_INDEX,
		.base_created = "2019-09-12T00:41:09Z",
		.distro = "Debian GNU/Linux 10 (buster)",
		.packages = 467,
		.base_packages = 430,
		.own_packages = 37 };
	f->report.side_b = f->report.side_a;
	f->report.side_b.label = "build 4817";
}

static void add_cause(struct fixture *f, enum bd_cause_kind kind, int line, const char *title, const char *sentence)
{
	*bd_vec_push(&f->report.causes) = (struct bd_cause){ .kind = kind,
		.reference = "python:2.7",
		.line = line,
		.stage = -1,
		.title = title,
		.sentence = sentence,
		.confidence = BD_PROVEN,
		.explains = 14 };
	struct bd_cause *cause = &f->report.causes.v[f->report.causes.len - 1];
	*bd_vec_push(&cause->evidence) = "The index digest behind python:2.7 is another one.";
}

static void add_python_packages(struct fixture *f)
{
	static const struct bd_package_row rows[] = {
		{ .change = BD_UP,
			.name = "python",
			.type = "generic",
			.ecosystem = "built from source",
			.version_a = "2.7.16",
			.version_b = "2.7.17",
			.origin = BD_LAYER_BASE,
			.where = "base layer 7" },
		{ .change = BD_UP,
			.name = "pip",
			.type = "pypi",
			.ecosystem = "PyPI",
			.version_a = "19.2.3",
			.version_b = "19.3.1",
			.origin = BD_LAYER_BASE,
			.where = "base layer 8" },
		{ .change = BD_UP,
			.name = "openssl",
			.type = "deb",
			.ecosystem = "Debian",
			.version_a = "1.1.1c-1",
			.version_b = "1.1.1d-0+deb10u2",
			.origin = BD_LAYER_BASE,
			.where = "base layers 2, 5" },
		{ .change = BD_UP,
			.name = "expat",
			.type = "deb",
			.ecosystem = "Debian",
			.version_a = "2.2.6-2",
			.version_b = "2.2.6-2+deb10u1",
			.origin = BD_LAYER_BASE,
			.where = "base layer 5",
			.folded = 2 },
		{ .change = BD_UP,
			.name = "attrs",
			.type = "pypi",
			.ecosystem = "PyPI",
			.version_a = "19.1.0",
			.version_b = "19.3.0",
			.origin = BD_LAYER_STEP,
			.where = "Dockerfile line 4" },
		{ .change = BD_ADDED,
			.name = "more-itertools",
			.type = "pypi",
			.ecosystem = "PyPI",
			.version_b = "5.0.0",
			.origin = BD_LAYER_STEP,
			.where = "Dockerfile line 4" },
		{ .change = BD_REMOVED,
			.name = "zipp",
			.type = "pypi",
			.ecosystem = "PyPI",
			.version_a = "0.5.2",
			.origin = BD_LAYER_STEP,
			.where = "Dockerfile line 4" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		add_package(f, rows[i]);
	}
	struct bd_string_vec *members = &f->report.package_rows.v[2].members;
	*bd_vec_push(members) = "libssl-dev";
	*bd_vec_push(members) = "libssl1.1";
	*bd_vec_push(members) = "openssl";
}

static void add_remedy(struct fixture *f)
{
	*bd_vec_push(&f->report.remedy) = (struct bd_remedy){
		.kind = BD_REMEDY_PIN_BASE,
		.file = "Dockerfile",
		.line = 1,
		.text = "Put the last good image back in Dockerfile, line 1.",
		.old_text = "FROM python:2.7",
		.new_text = "FROM python:2.7@" OLD_DIGEST,
		.patch =
			"--- a/Dockerfile\n+++ b/Dockerfile\n@@ -1 +1 @@\n-FROM python:2.7\n+FROM python:2.7@" OLD_DIGEST
			"\n",
		.test = "If a build with this line passes, the base image was the cause.",
	};
}

static void see(struct fixture *f, enum bd_observed which, const char *label, const char *time, int image)
{
	int64_t seconds = 0;
	assert_true(bd_time_parse(time, &seconds));
	*bd_vec_push(&f->report.timeline) = (struct bd_sighting){ .which = which,
		.seconds = seconds,
		.time = time,
		.label = label,
		.tree = which == BD_OBSERVED_LOOK ? NULL : TREE,
		.status = which == BD_OBSERVED_LOOK ? BD_STATUS_UNKNOWN
			  : image == 1              ? BD_STATUS_PASSED
						    : BD_STATUS_FAILED,
		.image = image };
}

static void add_timeline(struct fixture *f)
{
	f->report.timeline_reference = "python:2.7";
	see(f, BD_OBSERVED_OTHER, "build 4809", "2019-10-17T15:05:00Z", 1);
	see(f, BD_OBSERVED_OTHER, "build 4810", "2019-10-18T09:00:00Z", 1);
	see(f, BD_OBSERVED_A, "build 4811", "2019-10-18T21:40:00Z", 1);
	see(f, BD_OBSERVED_LOOK, "watch", "2019-10-19T03:30:00Z", 2);
	see(f, BD_OBSERVED_OTHER, "build 4812", "2019-10-19T05:00:00Z", 2);
	see(f, BD_OBSERVED_B, "build 4817", "2019-10-19T11:30:00Z", 2);
}

static void make_base_moved(struct fixture *f)
{
	struct bd_report *r = &f->report;
	add_base(f, 0, BD_ROLE_BASE, BD_DIFFERENT);
	r->side_b.runtime = "Python 2.7.17";
	r->side_b.base_digest = NEW_DIGEST;
	r->side_b.base_created = "2019-10-19T02:58:31Z";
	r->verdict.cause = BD_BASE_IMAGE_MOVED;
	r->verdict.headline = "Nothing in git changed. The base image did.";
	r->verdict.sentence =
		"Both builds used source tree 80655da. Between them, the tag python:2.7 moved from Python 2.7.16 "
		"to Python 2.7.17.";
	r->verdict.flake = "Same commit, different inputs: not a flake.";
	add_cause(f, BD_BASE_IMAGE_MOVED, 1, "python:2.7 now points to another image",
		"python:2.7 now points to another image: Python 2.7.16 became 2.7.17. Nothing in git changed (tree 80655da).");
	compare(f, (struct compared_args){
			   BD_TOPIC_BASE, BD_DIFFERENT, "Base image python:2.7", "all 9 layers", 0, 0, 0, true });
	compare(f, (struct compared_args){ BD_TOPIC_BASE_PACKAGES, BD_DIFFERENT, "Packages in the base image",
			   "11 of 430", 11, 430, 0, false });
	compare(f, (struct compared_args){ BD_TOPIC_OWN_PACKAGES, BD_DIFFERENT, "Packages your steps install",
			   "3 of 37, all in line 4", 3, 37, 0, false });
	compare(f, (struct compared_args){ BD_TOPIC_BASE_SETTINGS, BD_DIFFERENT, "Settings of the base image", "2 of 9",
			   2, 9, 0, false });
	compare(f, (struct compared_args){ BD_TOPIC_FILES, BD_DIFFERENT, "Files outside packages", "1,205 of 20,113",
			   1205, 20113, 0, false });
	same(f, BD_TOPIC_OWN_SETTINGS, "Settings of the application", "");
	compare_inputs(f);
	*bd_vec_push(&r->not_compared) =
		(struct bd_not_compared){ "Mirrors and proxies", "these builds do not record them" };
	add_remedy(f);
	add_python_packages(f);
	add_setting(f, "env", "PYTHON_VERSION", "2.7.16", "2.7.17");
	add_setting(f, "env", "PYTHON_PIP_VERSION", "19.2.3", "19.3.1");
	add_layer(f, 0, 0, BD_LAYER_DIFFERS, "debian:buster root file system", "tzdata");
	add_layer(f, 1, 5, BD_LAYER_SAME_CONTENT, "buildpack-deps", "new digest, same files");
	add_layer(f, 6, 6, BD_LAYER_DIFFERS, "Python itself, built from source", "2.7.16 → 2.7.17");
	r->layer_rows.v[2].is_cause = true;
	add_layer(f, 9, 10, BD_LAYER_IDENTICAL, "WORKDIR /app", "identical");
	add_layer(f, 11, 11, BD_LAYER_DIFFERS, "RUN pip install -r requirements.txt", "3 packages");
	*bd_vec_push(&r->folders) = (struct bd_folder_row){ "usr/local/lib/python2.7", 1187, 6, 2, 0 };
	*bd_vec_push(&r->folders) = (struct bd_folder_row){ "etc", 5, 0, 0, 5 };
	add_file(f, "etc/ld.so.cache", BD_CONTENT);
	add_file(f, "etc/passwd-", BD_METADATA);
	add_file(f, "usr/local/bin/new", BD_ADDED);
	r->files_changed = 1192;
	r->files_added = 6;
	r->files_removed = 2;
	add_timeline(f);
	*bd_vec_push(&r->commands) = "basedrift diff builds/4811.jsonl builds/4817.jsonl";
	r->exit_status = 1;
}

static void make_own_step(struct fixture *f)
{
	struct bd_report *r = &f->report;
	add_base(f, 0, BD_ROLE_BASE, BD_SAME);
	r->source_same = BD_SAME;
	r->verdict.cause = BD_OWN_STEP_DRIFTED;
	r->verdict.headline = "Nothing in git changed. Packages installed during the build did.";
	r->verdict.sentence = "RUN apt-get install curl (Dockerfile, line 2) brought other packages.";
	add_cause(f, BD_OWN_STEP_DRIFTED, 2, "RUN apt-get install curl brought other packages",
		"RUN apt-get install curl (Dockerfile, line 2) brought other packages: curl 7.64.0-4 became 7.64.0-4+deb10u1.");
	add_cause(f, BD_OWN_STEP_DRIFTED, 4, "RUN pip install brought other packages",
		"RUN pip install (Dockerfile, line 4) brought other packages: attrs 19.1.0 became 19.3.0.");
	same(f, BD_TOPIC_BASE, "Base image python:2.7", "one manifest digest");
	same(f, BD_TOPIC_BASE_PACKAGES, "Packages in the base image", "430");
	same(f, BD_TOPIC_BASE_SETTINGS, "Settings of the base image", "9");
	compare(f, (struct compared_args){ BD_TOPIC_OWN_PACKAGES, BD_DIFFERENT, "Packages your steps install",
			   "2 of 37", 2, 37, 0, true });
	compare_inputs(f);
	add_python_packages(f);
	*bd_vec_push(&r->ruled_out) = (struct bd_ruled_out){ BD_INDEX_ONLY_REPUBLISHED, "python:2.7",
		"python:2.7: only the index was republished; the linux/amd64 image is the same." };
	r->exit_status = 1;
}

static void make_only_metadata(struct fixture *f)
{
	struct bd_report *r = &f->report;
	add_base(f, 0, BD_ROLE_BASE, BD_SAME);
	r->verdict.cause = BD_ONLY_METADATA;
	r->verdict.headline = "No difference found in anything we could compare.";
	r->verdict.sentence = "Only time stamps and owners differ.";
	add_cause(f, BD_ONLY_METADATA, 0, "Only time stamps differ", "Only time stamps and owners differ.");
	same(f, BD_TOPIC_BASE, "Base image python:2.7", "");
	same(f, BD_TOPIC_BASE_PACKAGES, "Packages in the base image", "430");
	compare(f, (struct compared_args){ BD_TOPIC_FILES, BD_DIFFERENT, "Files outside packages",
			   "4 of 900, in metadata only", 4, 900, 0, true });
	compare_inputs(f);
	r->files_metadata = 4;
	r->exit_status = 0;
}

static void make_nothing(struct fixture *f)
{
	struct bd_report *r = &f->report;
	add_base(f, 0, BD_ROLE_BASE, BD_SAME);
	r->verdict.cause = BD_NOTHING_DIFFERS;
	r->verdict.headline = "No difference found in anything we could compare.";
	r->verdict.flake = "Same commit, same inputs: suspect a flake, the network or something not recorded.";
	same(f, BD_TOPIC_BASE, "Base image python:2.7", "");
	same(f, BD_TOPIC_BASE_PACKAGES, "Packages in the base image", "430");
	same(f, BD_TOPIC_BASE_SETTINGS, "Settings of the base image", "9");
	same(f, BD_TOPIC_OWN_PACKAGES, "Packages your steps install", "37");
	same(f, BD_TOPIC_OWN_SETTINGS, "Settings of the application", "3");
	same(f, BD_TOPIC_FILES, "Files outside packages", "900");
	compare_inputs(f);
}

static void make_cannot_tell(struct fixture *f)
{
	struct bd_report *r = &f->report;
	f->a.source = (struct bd_vcs){ 0 };
	f->b.source = (struct bd_vcs){ 0 };
	f->a.build = (struct bd_build){ 0 };
	f->b.build = (struct bd_build){ 0 };
	f->a.image = (struct bd_built_image){ 0 };
	f->b.image = (struct bd_built_image){ 0 };
	r->side_a = (struct bd_side){ .label = "last good" };
	r->side_b = (struct bd_side){ .label = "failing" };
	r->verdict.cause = BD_CANNOT_TELL_CAUSE;
	r->verdict.headline = "Cannot tell yet: the last good build has no package inventory.";
	none(f, BD_TOPIC_BASE, "Base image", "no digest was recorded");
	none(f, BD_TOPIC_BASE_PACKAGES, "Packages in the base image", "var/lib/dpkg/status: line 12: no field name");
	r->compared.v[1].unreadable = true;
	none(f, BD_TOPIC_TREE, "Source tree", "no repository was recorded");
	*bd_vec_push(&r->remedy) = (struct bd_remedy){ .kind = BD_REMEDY_RECORD_MORE,
		.text = "Record every build with basedrift collect --provenance FILE." };
	*bd_vec_push(&r->not_compared) = (struct bd_not_compared){ "Base image", "no digest was recorded" };
	*bd_vec_push(&r->not_compared) = (struct bd_not_compared){ "Build log", "none was given" };
	r->exit_status = 2;
}

static void make_stages(struct fixture *f)
{
	struct bd_report *r = &f->report;
	make_own_step(f);
	r->verdict.cause = BD_STAGE_IMAGE_MOVED;
	add_base(f, 2, BD_ROLE_BUILDER, BD_DIFFERENT);
	f->bases[2].stage_name = f->bases[3].stage_name = "ui";
	f->bases[2].line = f->bases[3].line = 7;
	f->bases[2].as_written = f->bases[3].as_written = "node:12";
	add_base(f, 4, BD_ROLE_COPY, BD_CANNOT_TELL);
	f->bases[4].line = f->bases[5].line = 9;
	add_cause(f, BD_STAGE_IMAGE_MOVED, 7, "node:12 now points to another image",
		"node:12 (stage ui) now points to another image.");
	compare(f,
		(struct compared_args){ BD_TOPIC_STAGE_IMAGES, BD_DIFFERENT, "Stage images", "1 of 1", 1, 1, 2, true });
	same(f, BD_TOPIC_FRONTEND, "Dockerfile frontend", "docker/dockerfile:1");
}

static void make_hostile(struct fixture *f)
{
	struct bd_report *r = &f->report;
	const size_t n = sizeof(hostile_texts) / sizeof(hostile_texts[0]) - 1;
	char *longest = bd_arena_alloc(&r->arena, 4097);
	memset(longest, '<', 4096);
	make_base_moved(f);
	for (size_t i = 0; i < n + 1; i++) {
		const char *x = i < n ? hostile_texts[i] : longest;
		add_package(f, (struct bd_package_row){ .change = BD_CHANGED,
				       .name = x,
				       .type = x,
				       .ecosystem = x,
				       .version_a = x,
				       .version_b = x,
				       .origin = i % 2 == 0 ? BD_LAYER_STEP : BD_LAYER_UNKNOWN,
				       .where = x });
		add_setting(f, "env", x, x, i % 3 == 0 ? NULL : "x");
		add_setting(f, "label", x, NULL, x);
		add_file(f, x, BD_CONTENT);
		*bd_vec_push(&r->folders) = (struct bd_folder_row){ x, 1, 2, 3, 4 };
		*bd_vec_push(&r->ruled_out) = (struct bd_ruled_out){ BD_BASE_SAME_IMAGE, x, x };
		*bd_vec_push(&r->not_compared) = (struct bd_not_compared){ x, x };
		*bd_vec_push(&r->commands) = x;
		*bd_vec_push(&r->remedy) = (struct bd_remedy){ .kind = BD_REMEDY_PIN_PACKAGE,
			.file = x,
			.line = 1,
			.text = x,
			.old_text = x,
			.new_text = x,
			.patch = x,
			.test = x };
		add_cause(f, BD_FILES_OUTSIDE_PACKAGES, 0, x, x);
		see(f, BD_OBSERVED_OTHER, x, "2019-10-19T06:00:00Z", 3 + (int)i);
		*bd_vec_push(&r->causes.v[r->causes.len - 1].evidence) = x;
		compare(f, (struct compared_args){
				   BD_TOPIC_FILES, i % 2 == 0 ? BD_SAME : BD_CANNOT_TELL, x, x, 0, 0, -1, false });
		*bd_vec_push(&r->layer_rows) = (struct bd_layer_row){ .a_first = -1,
			.a_last = -1,
			.b_first = (int)i,
			.b_last = (int)i,
			.state = BD_LAYER_ONLY_B,
			.label = x,
			.detail = x,
			.b_digest = x };
	}
	r->verdict.headline = "<b>bold</b> & ]]> headline. \xff\x1b[0m";
	r->verdict.sentence = longest;
	r->side_a.label = "<i>\x1b]0;title\x07";
	r->timeline_reference = longest;
	r->dockerfile = "Docker<file>\n";
	f->b.build.project = "a.b<c>&\"d\"";
	f->b.build.branch = "\xe2\x80\xae";
	add_base(f, 2, BD_ROLE_BUILDER, BD_DIFFERENT);
	f->bases[2].stage_name = f->bases[3].stage_name = longest;
	add_base(f, 4, BD_ROLE_BUILDER, BD_CANNOT_TELL);
	f->bases[4].stage_name = f->bases[5].stage_name = longest;
}

static void make_huge(struct fixture *f)
{
	struct bd_report *r = &f->report;
	make_base_moved(f);
	for (int i = 0; i < 596; i++) {
		add_package(f, (struct bd_package_row){ .change = BD_UP,
				       .name = bd_arena_printf(&r->arena, "lib%d", i),
				       .type = "deb",
				       .ecosystem = "Debian",
				       .version_a = "1.0-1",
				       .version_b = "1.0-2",
				       .origin = BD_LAYER_BASE,
				       .where = "base layer 2" });
	}
	for (int i = 0; i < 698; i++) {
		add_setting(f, "env", bd_arena_printf(&r->arena, "NAME_%d", i), "1", "2");
	}
	for (int i = 0; i < 3000; i++) {
		add_file(f, bd_arena_printf(&r->arena, "usr/share/file-%04d", i), BD_CONTENT);
	}
	for (int i = 0; i < 600; i++) {
		*bd_vec_push(&r->folders) =
			(struct bd_folder_row){ bd_arena_printf(&r->arena, "usr/share/%d", i), 1, 0, 0, 0 };
	}
}

struct fixture *fixture_new(enum fixture_kind kind)
{
	static void (*const makers[FIXTURE_KINDS])(struct fixture *) = { make_base_moved, make_own_step,
		make_only_metadata, make_nothing, make_cannot_tell, make_stages, make_hostile, make_huge };
	struct fixture *f = bd_xcalloc(1, sizeof(*f));
	f->report.a = &f->a;
	f->report.b = &f->b;
	f->report.dockerfile = "Dockerfile";
	f->report.generated = "2019-10-19T11:41:02Z";
	f->report.verdict.confidence = BD_PROVEN;
	describe_builds(f);
	makers[kind](f);
	return f;
}

void fixture_free(struct fixture *f)
{
	struct bd_report *r = &f->report;
	for (size_t i = 0; i < r->package_rows.len; i++) {
		free(r->package_rows.v[i].members.v);
	}
	for (size_t i = 0; i < r->causes.len; i++) {
		free(r->causes.v[i].evidence.v);
	}
	for (size_t i = 0; i < sizeof(f->bases) / sizeof(f->bases[0]); i++) {
		free(f->bases[i].digests.v);
	}
	free(r->package_rows.v);
	free(r->causes.v);
	free(r->ruled_out.v);
	free(r->compared.v);
	free(r->folders.v);
	free(r->layer_rows.v);
	free(r->remedy.v);
	free(r->not_compared.v);
	free(r->timeline.v);
	free(r->commands.v);
	free(r->diff.bases.v);
	free(r->diff.settings.v);
	free(r->diff.files.v);
	bd_arena_release(&r->arena);
	free(f);
}

char *fixture_render(
	const struct fixture *f, const struct bd_renderer *renderer, const struct bd_render_options *options)
{
	static const struct bd_render_options defaults;
	struct bd_error err = { 0 };
	struct bd_buf out = { 0 };
	struct bd_buf again = { 0 };
	if (renderer->render(&f->report, options != NULL ? options : &defaults, &out, &err) != 0) {
		fail_msg("%s: %s", renderer->name, err.msg);
	}
	/* the same report gives the same bytes */
	assert_int_equal(renderer->render(&f->report, options != NULL ? options : &defaults, &again, &err), 0);
	assert_int_equal(out.n, again.n);
	assert_memory_equal(out.p, again.p, out.n);
	bd_buf_release(&again);
	return out.p;
}

size_t occurrences(const char *text, const char *needle)
{
	size_t n = 0;
	for (const char *p = text; (p = strstr(p, needle)) != NULL; p += strlen(needle)) {
		n++;
	}
	return n;
}

int is_inert(const char *text, int color)
{
	for (const char *p = text; *p != '\0'; p++) {
		const unsigned char c = (unsigned char)*p;
		if ((c < 0x20 && c != '\n' && !(color && c == 0x1b)) || c == 0x7f) {
			return 0;
		}
	}
	return bd_utf8_valid(text, strlen(text)) && strstr(text, "\xe2\x80\xae") == NULL &&
	       strstr(text, "\xef\xbf\xbe") == NULL;
}
