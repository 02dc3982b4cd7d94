/* SPDX-License-Identifier: Apache-2.0 */
/* Builders that run one step after another: Docker's classic one, podman and buildah, kaniko. */
#include <ctype.h>
#include <string.h>

#include "origin/build_log.h"
#include "origin/white_space.h"

static bool starts_with_any(struct bd_str line, const char *const *starts)
{
	for (; *starts != NULL; starts++) {
		if (bd_str_starts(line, *starts)) {
			return true;
		}
	}
	return false;
}

/* "3/4" or "3", then what is behind sep; false when it is something else. */
static bool cut_count(struct bd_str *line, const char *sep)
{
	size_t n = 0;
	while (n < line->n && (isdigit((unsigned char)line->p[n]) != 0 || (n > 0 && line->p[n] == '/'))) {
		n++;
	}
	struct bd_str rest = { line->p + n, line->n - n };
	if (n == 0 || !log_cut_prefix(&rest, sep)) {
		return false;
	}
	*line = rest;
	return true;
}

static void read_step(struct log_scan *scan, struct bd_str instruction)
{
	scan->step = scan->line;
	if (scan->papers->cached_steps < 0) {
		scan->papers->cached_steps = 0;
	}
	log_add_from(scan, instruction);
}

/* ---- docker build without BuildKit; docker pull ------------------------------------------------------ */

/* docker pull: "Digest: sha256:…", then "Status: Downloaded newer image for REF". */
static bool read_pull(struct log_scan *scan, struct bd_str line)
{
	if (log_cut_prefix(&line, "Digest: ")) {
		if (!log_digest(line, scan->pulled_digest)) {
			scan->pulled_digest[0] = '\0';
		}
		return true;
	}
	if (!log_cut_prefix(&line, "Status: Downloaded newer image for ") &&
		!log_cut_prefix(&line, "Status: Image is up to date for ")) {
		return false;
	}
	log_add_image(scan, &(struct log_image){
				    .name = log_first_word(line),
				    .digest = scan->pulled_digest[0] != '\0' ? scan->pulled_digest : NULL,
				    .kind = BD_MATERIAL_IMAGE,
			    });
	scan->pulled_digest[0] = '\0';
	return true;
}

bool log_read_classic(struct log_scan *scan, struct bd_str line)
{
	static const char *const failures[] = { "The command '",
		"COPY failed: ", "ADD failed: ", "failed to create shim", "failed to create task for container",
		"OCI runtime create failed", NULL };
	struct bd_str rest = line;
	if (log_cut_prefix(&rest, "Step ") && cut_count(&rest, " : ")) {
		scan->classic = true;
		read_step(scan, rest);
		return true;
	}
	if (read_pull(scan, line)) {
		return true;
	}
	if (!scan->classic) {
		return false;
	}
	if (bd_str_is(trim_space(line), "---> Using cache")) {
		log_cached(scan);
	} else if (bd_str_starts(line, "Successfully built ") || bd_str_starts(line, "Successfully tagged ")) {
		log_passed(scan);
	} else if (bd_str_starts(line, failures[0]) ? bd_str_find(line, "' returned a non-zero code: ", NULL)
						    : starts_with_any(line, failures + 1)) {
		log_failed(scan, scan->step);
	} else {
		return false;
	}
	return true;
}

/* ---- podman, buildah ----------------------------------------------------------------------------------- */

static void read_config_of_pull(struct log_scan *scan, struct bd_str line)
{
	char digest[BD_DIGEST_TEXT];
	struct log_lines again = { .bytes = scan->bytes, .next = scan->pulling };
	struct bd_str pull;
	if (!log_digest(line, digest) || !log_next_line(&again, &pull)) {
		bd_buf_release(&again.text);
		return;
	}
	(void)log_cut_prefix(&pull, "Trying to pull ");
	pull.n -= bd_str_ends(pull, "...") ? 3 : 0;
	log_add_image(scan, &(struct log_image){ .name = log_first_word(pull),
				    .digest = digest,
				    .digest_kind = BD_DIGEST_CONFIG,
				    .kind = BD_MATERIAL_IMAGE });
	bd_buf_release(&again.text);
}

static bool read_podman_pull(struct log_scan *scan, struct bd_str line)
{
	struct bd_str rest = line;
	if (log_cut_prefix(&rest, "Trying to pull ")) {
		rest.n -= bd_str_ends(rest, "...") ? 3 : 0;
		scan->pulling = scan->line;
		log_add_image(scan, &(struct log_image){ .name = log_first_word(rest), .kind = BD_MATERIAL_IMAGE });
		return true;
	}
	if (scan->pulling != LOG_NO_PLACE && log_cut_prefix(&rest, "Copying config ")) {
		read_config_of_pull(scan, rest);
		scan->pulling = LOG_NO_PLACE;
		return true;
	}
	if (bd_str_starts(line, "Writing manifest to image destination")) {
		scan->pulling = LOG_NO_PLACE;
		return true;
	}
	return false;
}

bool log_read_podman(struct log_scan *scan, struct bd_str line)
{
	static const char *const failures[] = { "Error: building at STEP ", "Error: error building at STEP ",
		"error building at STEP ", "building at STEP ", "Error: creating build container",
		"error creating build container", "Error: error creating build container", NULL };
	struct bd_str rest = line;
	if (log_cut_prefix(&rest, "[")) {
		rest = cut_count(&rest, "] ") ? rest : line;
	}
	if (log_cut_prefix(&rest, "STEP ") && cut_count(&rest, ": ")) {
		scan->podman = true;
		scan->pulling = LOG_NO_PLACE;
		read_step(scan, rest);
	} else if (read_podman_pull(scan, line)) {
		return true;
	} else if (starts_with_any(line, failures)) {
		log_failed(scan, bd_str_find(line, " STEP \"", NULL) ? scan->line : scan->step);
	} else if (scan->podman && bd_str_find(line, "--> Using cache ", NULL)) {
		log_cached(scan);
	} else if (scan->podman && (bd_str_starts(line, "COMMIT ") || bd_str_starts(line, "Successfully tagged "))) {
		log_passed(scan);
	} else {
		return false;
	}
	return true;
}

/* ---- kaniko ---------------------------------------------------------------------------------------------- */

/* logrus: "INFO[0003] text", or 'time="…" level=info msg="text"'. */
static bool cut_level(struct bd_str *line)
{
	static const char *const levels[] = { "INFO[", "WARN[", "ERRO[", "FATA[", "DEBU[" };
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		struct bd_str rest = *line;
		if (log_cut_prefix(&rest, levels[i]) && cut_count(&rest, "] ")) {
			*line = rest;
			return true;
		}
	}
	size_t at = 0;
	if (bd_str_starts(*line, "time=\"") && bd_str_find(*line, " msg=\"", &at)) {
		line->p += at + 6;
		line->n -= at + 6;
		line->n -= bd_str_ends(*line, "\"") ? 1 : 0;
		return true;
	}
	return false;
}

static bool is_instruction(struct bd_str text)
{
	static const char *const names[] = { "RUN ", "COPY ", "ADD ", "ENV ", "WORKDIR ", "USER ", "LABEL ", "ARG ",
		"EXPOSE ", "VOLUME ", "CMD ", "ENTRYPOINT ", "SHELL ", "STOPSIGNAL ", "HEALTHCHECK ", "ONBUILD ",
		NULL };
	return starts_with_any(text, names);
}

static void read_kaniko_result(struct log_scan *scan, struct bd_str text)
{
	char digest[BD_DIGEST_TEXT];
	const char *at = text.n > 0 ? memrchr(text.p, '@', text.n) : NULL;
	log_passed(scan);
	if (at != NULL && log_digest((struct bd_str){ at + 1, text.n - (size_t)(at + 1 - text.p) }, digest)) {
		scan->papers->image_digest = log_keep_digest(scan, scan->papers->image_digest, digest);
		scan->papers->image_digest_kind = BD_DIGEST_UNKNOWN;
	}
}

bool log_read_kaniko(struct log_scan *scan, struct bd_str line)
{
	struct bd_str text = line;
	if (scan->kaniko && bd_str_starts(line, "error building image: ")) {
		log_failed(scan, scan->step);
		return true;
	}
	if (!cut_level(&text)) {
		return false;
	}
	if (log_cut_prefix(&text, "Retrieving image manifest ") || log_cut_prefix(&text, "Retrieving image ")) {
		scan->kaniko = true;
		const struct bd_str name = log_first_word(text);
		log_add_image(scan, &(struct log_image){ .name = name, .kind = BD_MATERIAL_IMAGE });
	} else if (scan->kaniko && is_instruction(text)) {
		scan->step = scan->line;
	} else if (scan->kaniko && bd_str_starts(text, "Using caching version of cmd: ")) {
		log_cached(scan);
	} else if (scan->kaniko && bd_str_starts(text, "Pushed ")) {
		read_kaniko_result(scan, text);
	} else if (scan->kaniko && bd_str_starts(text, "error building image: ")) {
		log_failed(scan, scan->step);
	}
	return scan->kaniko;
}
