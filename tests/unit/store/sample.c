/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "sample.h"

#include <string.h>

const char *sample_digest(struct bd_arena *arena, int number)
{
	return bd_arena_printf(arena, "sha256:%064d", number);
}

static void add_digests(struct bd_record *record, struct bd_base *base, const struct sample *sample)
{
	struct bd_digest digests[2];
	size_t count = 0;
	if (sample->index != 0) {
		digests[count++] =
			(struct bd_digest){ BD_DIGEST_INDEX, sample_digest(&record->arena, 1000 + sample->index) };
	}
	if (sample->manifest != 0) {
		digests[count++] = (struct bd_digest){ BD_DIGEST_MANIFEST,
			sample_digest(&record->arena, 2000 + sample->manifest) };
	}
	base->digests.v = count > 0 ? bd_arena_copy(&record->arena, digests, count * sizeof(digests[0])) : NULL;
	base->digests.len = count;
}

static void add_base(struct bd_record *record, const struct sample *sample)
{
	struct bd_base *base = bd_vec_push(&record->bases);
	*base = (struct bd_base){
		.role = BD_ROLE_BASE,
		.line = 1,
		.as_written = "python:2.7",
		.reference = sample->reference != NULL ? sample->reference : "docker.io/library/python:2.7",
		.pin = BD_PIN_TAG,
		.platform = sample->platform != NULL ? sample->platform : "linux/amd64",
		.confidence = BD_PROVEN,
	};
	add_digests(record, base, sample);
}

static void add_layer(struct bd_record *record, int index, enum bd_layer_origin origin, int seed)
{
	*bd_vec_push(&record->layers) = (struct bd_layer_line){
		.index = index,
		.diff_id = sample_digest(&record->arena, seed * 100 + index),
		.created_by = origin == BD_LAYER_BASE ? "ADD file in /" : "RUN pip install -r requirements.txt",
		.origin = origin,
		.copied_from_stage = -1,
		.content = sample_digest(&record->arena, seed * 100 + index + 50),
		.verified = true,
	};
}

static void add_package(struct bd_record *record, int layer, int i, const char *version, int seed)
{
	struct bd_arena *arena = &record->arena;
	*bd_vec_push(&record->packages) = (struct bd_package){
		.purl = bd_arena_printf(arena, "pkg:deb/debian/lib%03d@%s?arch=amd64", i, version),
		.type = "deb",
		.namespace = "debian",
		.name = bd_arena_printf(arena, "lib%03d", i),
		.version = version,
		.arch = "amd64",
		.path = "var/lib/dpkg/status",
		.layer = layer,
		.content = sample_digest(arena, seed * 1000 + i),
		.metadata = sample_digest(arena, seed * 1000 + 500 + i),
		.files = 3,
		.size_bytes = 1234,
	};
}

static void add_file(struct bd_record *record, const char *path, int layer, int seed)
{
	*bd_vec_push(&record->files) = (struct bd_file_line){
		.path = path,
		.kind = BD_FILE,
		.mode = 0644,
		.size_bytes = 10,
		.digest = sample_digest(&record->arena, seed),
		.layer = layer,
	};
}

static void add_inventory(struct bd_record *record, const struct sample *sample)
{
	const int packages = sample->base_packages != 0 ? sample->base_packages : 40;
	const int base = sample->manifest;
	add_layer(record, 0, BD_LAYER_BASE, 10 + base);
	add_layer(record, 1, BD_LAYER_BASE, 20 + base);
	add_layer(record, 2, BD_LAYER_STEP, 30 + sample->step);
	for (int i = 0; i < packages; i++) {
		add_package(record, i % 2, i, base % 2 == 0 ? "1.0-1" : "1.0-2", 1);
	}
	for (int i = packages; i < packages + 4; i++) {
		add_package(record, 2, i, "2.0-1", 5 + sample->step);
	}
	for (int i = 0; i < 20; i++) {
		add_file(record, bd_arena_printf(&record->arena, "usr/local/lib/m%02d.py", i), i % 3, 40 + i);
	}
	record->files_known = true;
}

struct bd_record *sample_record(const struct sample *sample)
{
	struct bd_record *record = bd_record_new();
	record->tool = "basedrift test";
	record->build = (struct bd_build){
		.project = sample->project,
		.branch = sample->branch,
		.id = sample->id,
		.started = sample->started,
		.status = sample->status,
		.exit_code = -1,
		.ci_provider = sample->ci_provider,
	};
	record->source = (struct bd_vcs){
		.present = true,
		.vcs = "git",
		.commit = "1111111111111111111111111111111111111111",
		.tree = "80655da8d80aaaf92ce5357e7828dc09adb00993",
		.dirty = BD_SAME,
		.dockerfile_path = sample->dockerfile != NULL ? sample->dockerfile : "Dockerfile",
		.dockerfile_text = "FROM python:2.7\n",
		.target = sample->target,
	};
	add_base(record, sample);
	if (!sample->no_image) {
		record->image.present = true;
		record->image.name = "oci:app";
		record->image.platform = sample->platform != NULL ? sample->platform : "linux/amd64";
		add_inventory(record, sample);
	}
	bd_record_sort(record);
	return record;
}

void sample_bytes(const struct sample *sample, struct bd_buf *out)
{
	struct bd_error err;
	struct bd_record *record = sample_record(sample);
	assert_int_equal(bd_record_write(record, out, &err), 0);
	bd_record_free(record);
}

void sample_put(struct bd_store *store, const struct sample *sample)
{
	struct bd_error err = { .msg = "" };
	struct bd_buf bytes = { 0 };
	struct bd_record *parsed = NULL;
	sample_bytes(sample, &bytes);
	assert_int_equal(bd_record_parse(bd_buf_view(&bytes), &parsed, &err), 0);
	if (bd_store_put(store, bd_buf_view(&bytes), parsed, NULL, NULL, &err) < 0) {
		fail_msg("%s", err.msg);
	}
	bd_record_free(parsed);
	bd_buf_release(&bytes);
}
