/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_bench URL MOVES.jsonl COUNT[,COUNT …]: what the store costs as it grows.  Builds of 200 projects on one shared
 * tag that moves in the rhythm of its recorded history; the store is filled in bulk up to each COUNT, then measured as
 * the commands use it.  One JSON object a line for each COUNT.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "basedrift/compress.h"

#include "store/rows.h"

#define PROJECTS   200
#define STATES_MAX 64
#define PACKAGES   60
#define BATCH      1000
#define DAYS       127 /* of the recorded history */

struct state {
	char index[80], manifest[80];
	int64_t first_seen;
	int image; /* counts moves of the image */
};
struct bench {
	struct bd_store *store;
	struct state states[STATES_MAX];
	size_t state_count;
	int64_t done; /* builds so far */
	int64_t total;
};

static void check(int result, const struct bd_error *err)
{
	if (result < 0) {
		(void)fprintf(stderr, "store_bench: %s\n", err->msg);
		exit(2);
	}
}

static double now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* ---- the tag's history ------------------------------------------------------------------------------------------ */

static void copy_member(const char *line, const char *name, char *out, size_t size)
{
	const char *at = strstr(line, name);
	if (at == NULL) {
		out[0] = '\0';
		return;
	}
	at += strlen(name);
	const size_t n = strcspn(at, "\"") < size ? strcspn(at, "\"") : size - 1;
	memcpy(out, at, n);
	out[n] = '\0';
}

static void read_states(struct bench *bench, const char *path)
{
	static char line[65536];
	FILE *file = fopen(path, "r");
	if (file == NULL) {
		(void)fprintf(stderr, "store_bench: %s: cannot be read\n", path);
		exit(2);
	}
	while (bench->state_count < STATES_MAX && fgets(line, sizeof(line), file) != NULL) {
		struct state *state = &bench->states[bench->state_count];
		char seen[64];
		copy_member(line, "\"first_seen\":\"", seen, sizeof(seen));
		copy_member(line, "\"index\":\"", state->index, sizeof(state->index));
		copy_member(line, "\"manifest\":\"", state->manifest, sizeof(state->manifest));
		if (!bd_time_parse(seen, &state->first_seen)) {
			continue;
		}
		state->image = bench->state_count == 0
				       ? 0
				       : state[-1].image + (strcmp(state[-1].manifest, state->manifest) != 0);
		bench->state_count++;
	}
	(void)fclose(file);
}

static const struct state *state_at(const struct bench *bench, int64_t seconds)
{
	size_t i = bench->state_count - 1;
	while (i > 0 && bench->states[i].first_seen > seconds) {
		i--;
	}
	return &bench->states[i];
}

/* ---- builds -------------------------------------------------------------------------------------------------------
 */

static void add_lines(struct bd_buf *out, const struct state *state, int project, int step)
{
	char digest[BD_DIGEST_TEXT];
	char text[128];
	for (int layer = 0; layer < 4; layer++) {
		(void)snprintf(text, sizeof(text), "%d %d %d", layer, layer < 3 ? state->image : project,
			layer < 3 ? 0 : step);
		bd_sha256_text(text, strlen(text), digest);
		bd_buf_printf(out,
			"{\"type\":\"layer\",\"content\":\"%s\",\"diff_id\":\"%s\",\"index\":%d,\"origin\":\"%s\"}\n",
			digest, digest, layer, layer < 3 ? "base" : "step");
	}
	for (int i = 0; i < PACKAGES; i++) {
		const int layer = i < PACKAGES - 8 ? i % 3 : 3;
		(void)snprintf(text, sizeof(text), "%d %d %d %d", i, layer, layer < 3 ? state->image : project,
			layer < 3 ? 0 : step);
		bd_sha256_text(text, strlen(text), digest);
		bd_buf_printf(out,
			"{\"type\":\"package\",\"content\":\"%s\",\"files\":12,\"layer\":%d,\"metadata\":\"%s\",\"path\":\"var/lib/dpkg/status\","
			"\"purl\":\"pkg:deb/debian/lib%03d@1.%d?arch=amd64\",\"size_bytes\":12345}\n",
			digest, layer, digest, i, layer < 3 ? state->image : project % 7);
	}
}

static int64_t started_of(const struct bench *bench, int64_t n)
{
	return bench->states[0].first_seen + (int64_t)((double)n / (double)bench->total * DAYS * 86400.0);
}

static int step_of(int64_t n)
{
	return (int)(n / PROJECTS / 20);
}

static bool has_failed(int64_t n)
{
	return (n / PROJECTS + n % PROJECTS) % 10 == 9;
}

/* Build n of all: in time order, projects in turn; a tenth fails, and a step is rebuilt every twentieth time. */
static void make_record(const struct bench *bench, int64_t n, struct bd_buf *out)
{
	const int project = (int)(n % PROJECTS);
	const int64_t started = started_of(bench, n);
	const struct state *state = state_at(bench, started);
	char time_text[BD_TIME_TEXT];
	bd_time_text(started, time_text);
	bd_buf_printf(out, "{\"type\":\"record\",\"files_known\":false,\"lines\":%d,\"schema\":1,\"tool\":\"bench\"}\n",
		1 + 4 + 4 + PACKAGES);
	bd_buf_printf(out,
		"{\"type\":\"build\",\"branch\":\"main\",\"ci_provider\":\"jenkins\",\"id\":\"%lld\",\"project\":\"team-%02d/service-%03d\","
		"\"started\":\"%s\",\"status\":\"%s\",\"url\":\"https://ci.example/job/service-%03d/%lld/\"}\n",
		(long long)(n / PROJECTS), project % 20, project, time_text, has_failed(n) ? "failed" : "passed",
		project, (long long)(n / PROJECTS));
	bd_buf_printf(out,
		"{\"type\":\"source\",\"commit\":\"%040llx\",\"dirty\":false,\"dockerfile\":{\"path\":\"Dockerfile\",\"text\":\"FROM python:2.7\\n\"},"
		"\"tree\":\"%040llx\",\"vcs\":\"git\"}\n",
		(unsigned long long)(n / 3 + 1) * 2654435761ULL, (unsigned long long)(n / 3 + 1) * 40503ULL);
	bd_buf_printf(out,
		"{\"type\":\"base\",\"as_written\":\"python:2.7\",\"confidence\":\"proven\",\"digests\":[{\"kind\":\"index\",\"value\":\"%s\"},"
		"{\"kind\":\"manifest\",\"value\":\"%s\"}],\"line\":1,\"pin\":\"tag\",\"platform\":\"linux/amd64\","
		"\"reference\":\"docker.io/library/python:2.7\",\"role\":\"base\",\"stage\":0}\n",
		state->index, state->manifest);
	bd_buf_add_str(out,
		"{\"type\":\"image\",\"config\":{\"env\":[{\"key\":\"PYTHON_VERSION\",\"value\":\"2.7.14\"}]},\"name\":\"docker:app\","
		"\"platform\":\"linux/amd64\"}\n");
	add_lines(out, state, project, step_of(n));
}

/* ---- filling --------------------------------------------------------------------------------------------------------
 */

struct batch {
	struct bench *bench;
	int64_t from, to;
};

/* Records of one project differ in their build and commit until the tag moves or its step is rebuilt. */
static struct {
	struct bd_record *record;
	const struct state *state;
	int step;
} parsed_of[PROJECTS];

static const char *member(struct bd_record *record, const char *bytes, const char *name)
{
	char text[128];
	copy_member(bytes, name, text, sizeof(text));
	return bd_arena_strdup(&record->arena, text);
}

static int parse(
	const struct bench *bench, int64_t n, const struct bd_buf *bytes, struct bd_record **out, struct bd_error *err)
{
	const size_t project = (size_t)(n % PROJECTS);
	const struct state *state = state_at(bench, started_of(bench, n));
	const int step = step_of(n);
	struct bd_record *record = parsed_of[project].record;
	if (record == NULL || parsed_of[project].state != state || parsed_of[project].step != step) {
		bd_record_free(record);
		parsed_of[project].record = NULL;
		if (bd_record_parse(bd_buf_view(bytes), &record, err) < 0) {
			return -(int)err->code;
		}
		parsed_of[project].record = record;
		parsed_of[project].state = state;
		parsed_of[project].step = step;
	}
	const char *text = bd_buf_str(bytes);
	record->build.id = member(record, text, "\"id\":\"");
	record->build.started = member(record, text, "\"started\":\"");
	record->build.url = member(record, text, "\"url\":\"");
	record->source.commit = member(record, text, "\"commit\":\"");
	record->source.tree = member(record, text, "\"tree\":\"");
	record->build.status = has_failed(n) ? BD_STATUS_FAILED : BD_STATUS_PASSED;
	*out = record;
	return 0;
}

static int write_one(struct sql_db *db, const struct bench *bench, int64_t n, struct bd_error *err)
{
	struct bd_buf bytes = { 0 };
	struct bd_record *parsed = NULL;
	struct build_row row = { .id = NULL };
	struct record_parts parts = { .len = 0 };
	bool is_new = false;
	make_record(bench, n, &bytes);
	int result = parse(bench, n, &bytes, &parsed, err);
	if (result == 0) {
		build_row_make(bd_buf_view(&bytes), parsed, NULL, &row);
		result = record_parts_split(bd_buf_view(&bytes), parsed, &parts, err);
	}
	if (result == 0) {
		result = build_row_write(db, &row, &parts, &is_new, err);
	}
	record_parts_release(&parts);
	build_row_release(&row);
	bd_buf_release(&bytes);
	return result;
}

static int write_batch(struct sql_db *db, void *context, struct bd_error *err)
{
	const struct batch *batch = context;
	for (int64_t n = batch->from; n < batch->to; n++) {
		const int result = write_one(db, batch->bench, n, err);
		if (result < 0) {
			return result;
		}
	}
	return 0;
}

/* In bulk nothing is acknowledged one by one: the settings of the store hold again when it is measured. */
static void set_bulk(struct bench *bench, bool bulk)
{
	static const char *const bulk_texts[] = { "PRAGMA synchronous=OFF", "PRAGMA cache_size=-2000000",
		"PRAGMA wal_autocheckpoint=100000", "PRAGMA wal_checkpoint(PASSIVE)" };
	static const char *const usual_texts[] = { "PRAGMA synchronous=FULL", "PRAGMA cache_size=-32768",
		"PRAGMA wal_autocheckpoint=1000", "PRAGMA wal_checkpoint(TRUNCATE)" };
	struct bd_error err;
	for (size_t i = 0; i < 4 && strcmp(bench->store->db->ops->name, "sqlite") == 0; i++) {
		const struct sql_query query = { .text = bulk ? bulk_texts[i] : usual_texts[i], .once = true };
		check(sql_run(bench->store->db, &query, NULL, &err), &err);
	}
}

static void fill(struct bench *bench, int64_t count)
{
	struct bd_error err;
	set_bulk(bench, true);
	while (bench->done < count) {
		struct batch batch = { bench, bench->done, bench->done + BATCH < count ? bench->done + BATCH : count };
		check(sql_transaction(bench->store->db, write_batch, &batch, &err), &err);
		bench->done = batch.to;
	}
	set_bulk(bench, false);
}

/* ---- measuring
 * -------------------------------------------------------------------------------------------------------- */

static int compare_double(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;
	return *x < *y ? -1 : *x > *y;
}

static double median(double *times, size_t count)
{
	qsort(times, count, sizeof(*times), compare_double);
	return times[count / 2];
}

/* One by one, as `collect` does it; what they wrote counts for the next size. */
static double time_inserts(struct bench *bench, size_t count, double *p99)
{
	double *times = bd_xcalloc(count, sizeof(*times));
	struct bd_error err;
	for (size_t i = 0; i < count; i++) {
		struct bd_buf bytes = { 0 };
		struct bd_record *parsed = NULL;
		make_record(bench, bench->done++, &bytes);
		check(bd_record_parse(bd_buf_view(&bytes), &parsed, &err), &err);
		const double start = now_ms();
		check(bd_store_put(bench->store, bd_buf_view(&bytes), parsed, NULL, NULL, &err), &err);
		times[i] = now_ms() - start;
		bd_record_free(parsed);
		bd_buf_release(&bytes);
	}
	const double result = median(times, count);
	*p99 = times[count * 99 / 100];
	free(times);
	return result;
}

typedef void asking_fn(struct bench *bench, int i);

static double time_query(struct bench *bench, asking_fn *ask, double *worst)
{
	double times[21];
	for (int i = 0; i < 21; i++) {
		const double start = now_ms();
		ask(bench, i);
		times[i] = now_ms() - start;
	}
	const double result = median(times, 21);
	*worst = times[20];
	return result;
}

/* As far as `why` asks the store: both builds chosen, and both records put together. */
static void ask_why(struct bench *bench, int i)
{
	char project[64];
	struct bd_store_choice choice;
	struct bd_record *record = NULL;
	struct bd_error err;
	const int number = (i * 10 + 5) % PROJECTS; /* of these, the fifth build fails */
	(void)snprintf(project, sizeof(project), "team-%02d/service-%03d", number % 20, number);
	const struct bd_store_filter filter = { .project = project };
	check(bd_store_choose(bench->store, &filter, &choice, &err), &err);
	for (size_t k = 0; k < 2; k++) {
		check(bd_store_read(bench->store, &choice.builds.v[k], &record, &err), &err);
		bd_record_free(record);
	}
	bd_store_choice_release(&choice);
}

static const char *const tag = "docker.io/library/python:2.7";

static void ask_affected(struct bench *bench, int i)
{
	struct bd_store_affected affected;
	struct bd_error err;
	(void)i;
	check(bd_store_affected(bench->store, tag, &affected, &err), &err);
	bd_store_affected_release(&affected);
}

static void ask_package(struct bench *bench, int i)
{
	char package[64];
	struct bd_store_affected affected;
	struct bd_error err;
	(void)snprintf(package, sizeof(package), "deb/debian/lib%03d", i);
	check(bd_store_affected_package(bench->store, package, NULL, &affected, &err), &err);
	bd_store_affected_release(&affected);
}

static void ask_history(struct bench *bench, int i)
{
	struct bd_store_history history;
	struct bd_error err;
	(void)i;
	check(bd_store_history(bench->store, tag, &history, &err), &err);
	bd_store_history_release(&history);
}

static void ask_log(struct bench *bench, int i)
{
	struct bd_store_builds builds;
	struct bd_error err;
	char project[64];
	(void)snprintf(project, sizeof(project), "team-%02d/service-%03d", i % 20, i);
	const struct bd_store_filter filter = { .project = project, .limit = 30 };
	check(bd_store_list(bench->store, &filter, &builds, &err), &err);
	bd_store_builds_release(&builds);
}

static void measure(struct bench *bench, double fill_ms, int64_t filled)
{
	static const struct {
		const char *name;
		asking_fn *ask;
	} queries[] = { { "why", ask_why }, { "affected", ask_affected }, { "affected_package", ask_package },
		{ "log_bases", ask_history }, { "log", ask_log } };
	struct bd_store_stats stats;
	struct bd_error err;
	double worst = 0;
	double p99 = 0;
	const int64_t builds = bench->done;

	(void)printf("{\"store\":\"%s\",\"builds\":%lld,\"projects\":%d,\"bulk_ms_a_build\":%.3f",
		bench->store->db->ops->name, (long long)builds, PROJECTS, filled > 0 ? fill_ms / (double)filled : 0.0);
	const double insert = time_inserts(bench, 1000, &p99);
	(void)printf(",\"insert_ms\":{\"median\":%.2f,\"p99\":%.2f}", insert, p99);
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		const double ms = time_query(bench, queries[i].ask, &worst);
		(void)printf(",\"%s_ms\":{\"median\":%.2f,\"worst\":%.2f}", queries[i].name, ms, worst);
	}
	check(bd_store_stats(bench->store, &stats, &err), &err);
	(void)printf(
		",\"disk_bytes\":%lld,\"bytes_a_build\":%lld,\"record_bytes_a_build\":%lld,\"parts\":%lld,\"part_bytes\":%lld}\n",
		(long long)stats.disk_bytes, (long long)(stats.disk_bytes / stats.builds),
		(long long)(stats.record_bytes / stats.builds), (long long)stats.parts, (long long)stats.part_bytes);
	(void)fflush(stdout);
}

int main(int argc, char **argv)
{
	static struct bench bench;
	const struct bd_store_options options = { .write = true };
	struct bd_error err;
	if (argc != 4) {
		(void)fputs("store_bench URL MOVES.jsonl COUNT[,COUNT …]\n", stderr);
		return 2;
	}
	read_states(&bench, argv[2]);
	const char *last = strrchr(argv[3], ',');
	bench.total = strtoll(last != NULL ? last + 1 : argv[3], NULL, 10) + 10000;
	check(bd_store_open(argv[1], &options, &bench.store, &err), &err);
	for (char *rest = argv[3], *end = NULL; *rest != '\0'; rest = *end == ',' ? end + 1 : end) {
		const int64_t count = strtoll(rest, &end, 10);
		const int64_t before = bench.done;
		const double start = now_ms();
		fill(&bench, count);
		measure(&bench, now_ms() - start, count - before);
	}
	bd_store_close(bench.store);
	return 0;
}
