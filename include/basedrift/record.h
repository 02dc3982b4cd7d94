/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The build record: what one build really used, as JSON Lines (design in docs/record.md, schema in
 * schema/record.schema.json).  A record owns an arena; everything reachable from it lives there and
 * dies with it.  Text members may be NULL when not known.  Text is bytes: not necessarily UTF-8.
 * All orders are by bytes (strcmp), never by locale.
 *
 * Lists: the record's own six (bases, layers, packages, files, inputs, diagnostics) grow with
 * bd_vec_push and bd_record_free frees them; lists inside one of their elements, and those of `image`
 * (digests, env, evidence …), live in the arena (bd_arena_copy).
 */
#ifndef BASEDRIFT_RECORD_H
#define BASEDRIFT_RECORD_H

#include "basedrift/base.h"
#include "basedrift/oci.h"

#define BD_RECORD_SCHEMA 1

enum bd_status {
	BD_STATUS_UNKNOWN,
	BD_STATUS_PASSED,
	BD_STATUS_FAILED
};
enum bd_tri {
	BD_CANNOT_TELL,
	BD_SAME,
	BD_DIFFERENT
};
enum bd_confidence {
	BD_CONFIDENCE_UNKNOWN,
	BD_HINT,
	BD_INFERRED,
	BD_STATED,
	BD_PROVEN
};
enum bd_role {
	BD_ROLE_BASE,
	BD_ROLE_BUILDER,
	BD_ROLE_COPY,
	BD_ROLE_MOUNT,
	BD_ROLE_FRONTEND,
	BD_ROLE_SCANNER
};
enum bd_pin {
	BD_PIN_NONE,
	BD_PIN_TAG,
	BD_PIN_DIGEST
};
enum bd_layer_origin {
	BD_LAYER_UNKNOWN,
	BD_LAYER_BASE,
	BD_LAYER_STEP
};
enum bd_file_kind {
	BD_FILE,
	BD_DIRECTORY,
	BD_SYMLINK,
	BD_CHAR_DEVICE,
	BD_BLOCK_DEVICE,
	BD_FIFO
};

/* Names as they stand in the record; every enum has its pair. */
const char *bd_status_name(enum bd_status status);        /* unknown passed failed */
const char *bd_confidence_name(enum bd_confidence c);     /* unknown hint inferred stated proven */
const char *bd_role_name(enum bd_role role);              /* base builder copy mount frontend scanner */
const char *bd_pin_name(enum bd_pin pin);                 /* none tag digest */
const char *bd_layer_origin_name(enum bd_layer_origin o); /* unknown base step */
const char *bd_file_kind_name(enum bd_file_kind kind);    /* file directory symlink char_device block_device fifo */
bool bd_status_parse(const char *name, enum bd_status *out);

/* `build`: started and finished are RFC 3339 in UTC. exit_code -1: not known. */
struct bd_build {
	const char *project, *branch, *id, *number, *url;
	enum bd_status status;
	int exit_code;
	const char *started, *finished, *ci_provider, *runner;
};

/* `source`: what was built.  dirty_digest is over the uncommitted difference; absent when clean. */
struct bd_vcs {
	bool present;    /* false: no `source` line */
	const char *vcs; /* "git", or NULL: no repository */
	const char *commit, *tree, *branch, *remote;
	enum bd_tri dirty; /* BD_DIFFERENT: dirty, BD_SAME: clean */
	const char *dirty_digest;
	const char *context_digest;
	const char *dockerfile_path;   /* as given, relative to the repository's root where there is one */
	const char *dockerfile_digest; /* of the file's bytes */
	const char *dockerfile_text;   /* secrets redacted; NULL when larger than BD_LIMIT_DOCKERFILE_TEXT */
	const char *dockerignore_digest;
	const char *target; /* --target */
};

/* One place that says which image was used (docs/verdicts.md). */
struct bd_evidence {
	const char *source;      /* "diff-ids", "option", "annotation", "label", "history" … */
	const char *reference;   /* as that place names it, or NULL */
	struct bd_digest digest; /* value NULL: names no digest */
	const char *note;        /* for people: "not confirmed: …", or NULL */
	enum bd_confidence confidence;
};
struct bd_evidence_vec {
	struct bd_evidence *v;
	size_t len, cap;
};

/* A setting whose name looks secret is kept without its value. */
struct bd_setting {
	const char *key, *value;
	bool redacted;
};
struct bd_setting_vec {
	struct bd_setting *v;
	size_t len, cap;
};

/* `base`: one per image that the Dockerfile names. */
struct bd_base {
	enum bd_role role;
	int stage;                          /* index of the stage, or -1 */
	const char *stage_name;             /* AS name, or NULL */
	int line;                           /* Dockerfile line from 1, 0: not known */
	const char *as_written, *reference; /* NULL reference: not resolvable (a build argument without value) */
	enum bd_pin pin;
	const char *platform;
	struct bd_digest_vec digests;
	struct bd_string_vec diff_ids; /* lowest first */
	const char *created;
	struct bd_setting_vec env, labels;
	struct bd_evidence_vec evidence;
	enum bd_confidence confidence;
};
struct bd_base_vec {
	struct bd_base *v;
	size_t len, cap;
};

struct bd_image_config {
	struct bd_setting_vec env, labels; /* sorted by key; a repeated env key: the last one wins */
	struct bd_string_vec entrypoint, cmd, exposed_ports, volumes, healthcheck;
	const char *user, *working_dir, *stop_signal;
};
/* `image`: what came out.  present false: the build failed before there was one. */
struct bd_built_image {
	bool present;
	const char *name; /* transport:reference as given, without machine-specific directories */
	struct bd_digest_vec digests;
	const char *platform, *created;
	struct bd_image_config config;
	const char *distro_id, *distro_version, *distro_name; /* os-release ID, VERSION_ID, PRETTY_NAME */
};

/* `layer`: index 0 is the lowest. */
struct bd_layer_line {
	int index;
	struct bd_digest digest; /* compressed blob; value NULL for docker-archive */
	const char *diff_id, *media_type;
	int64_t size_bytes;                         /* of the blob as stored */
	const char *created, *created_by, *comment; /* its history entry */
	enum bd_layer_origin origin;
	int line;                /* Dockerfile line from 1, 0: not known */
	const char *instruction; /* the Dockerfile's own text of that line, shortened to one line, or NULL */
	int copied_from_stage;   /* COPY --from= a stage of the Dockerfile: its index; -1 otherwise */
	const char *copied_from; /* COPY --from= as written, or NULL */
	int64_t files;           /* entries */
	const char *content;     /* digest over paths, kinds, file digests, link targets, noise left out */
	const char *metadata;    /* the same with mode, uid, gid, mtime, and with noise */
	bool cached;             /* its inventory came from this machine's layer cache */
	bool verified;           /* every byte was read and held against its digests */
};
struct bd_layer_line_vec {
	struct bd_layer_line *v;
	size_t len, cap;
};

/*
 * `package`: purl is the whole identity; type … arch are its parts, for those who compare.
 * layer: that brought this version, -1: not known.  path: what it was read from.
 * content, metadata: over the files it owns, noise left out; NULL: files not known.
 */
struct bd_package {
	const char *purl;
	const char *type, *namespace, *name, *version, *arch;
	const char *source, *source_version; /* source package (Debian Source:, apk o:), or NULL */
	const char *path;
	int layer;
	const char *content, *metadata;
	int64_t files, size_bytes; /* owned files found in the image; -1: not known */
	const char *owned_by;      /* purl of the package that installed this one, or NULL */
	size_t database_offset;    /* where its database tells of it, for the cataloger; in memory only */
	bool of_base;              /* read from the base image because there is no built one */
};
struct bd_package_vec {
	struct bd_package *v;
	size_t len, cap;
};

/* `file`: owned by no package, or not what its owner shipped. */
struct bd_file_line {
	const char *path;
	enum bd_file_kind kind;
	uint32_t mode, uid, gid; /* mode: permission bits with setuid, setgid, sticky */
	int64_t mtime_sec, size_bytes;
	const char *digest; /* regular files */
	const char *target; /* links */
	int layer;
	const char *modified_from; /* purl of the owner, or NULL */
};
struct bd_file_line_vec {
	struct bd_file_line *v;
	size_t len, cap;
};

/* `input`: kind "build-arg", "builder", "frontend", "tool" … */
struct bd_input {
	const char *kind, *key, *value;
	bool redacted;
};
struct bd_input_vec {
	struct bd_input *v;
	size_t len, cap;
};

/* `log`: present false: none was given. */
struct bd_build_log {
	bool present;
	const char *digest, *failing_step, *tail;
};

/*
 * `sbom`: the record was read from an SBOM, which tells packages and nothing of files, settings and build inputs.
 * present false: an image was looked at.
 */
struct bd_sbom_line {
	bool present;
	const char *format;         /* "CycloneDX 1.6", "SPDX 2.3", "syft 16.0.7" */
	struct bd_string_vec tools; /* "syft 1.4.1": what wrote it */
	const char *digest;         /* "sha256:…" of the document */
};

/*
 * `diagnostic`: what could not be read or is not known, so that nobody takes it for "same".
 * code: a stable word ("package-database-unreadable"); where: path, layer, reference; text: a sentence.
 */
struct bd_diagnostic {
	const char *code, *where, *text;
};
struct bd_diagnostic_vec {
	struct bd_diagnostic *v;
	size_t len, cap;
};

struct bd_record {
	struct bd_arena arena;
	const char *digest;  /* "sha256:…" of the record's canonical bytes; set by read and by write */
	const char *tool;    /* "basedrift 0.1.0" */
	const char *written; /* RFC 3339, or NULL */
	struct bd_build build;
	struct bd_vcs source;
	struct bd_base_vec bases; /* as in the Dockerfile */
	struct bd_built_image image;
	struct bd_layer_line_vec layers; /* by index */
	struct bd_package_vec packages;  /* by purl, then path */
	struct bd_string_vec ecosystems; /* purl types that were looked for, sorted; none: not known (in the arena) */
	bool files_known;                /* false: nobody looked at files */
	struct bd_file_line_vec files;   /* by path */
	size_t files_left_out;           /* by bd_record_read_pair, in memory only: equal in both records */
	struct bd_input_vec inputs;      /* by kind, then key */
	struct bd_build_log log;
	struct bd_sbom_line sbom;
	struct bd_diagnostic_vec diagnostics; /* by code, then where */
};

struct bd_record *bd_record_new(void);
void bd_record_free(struct bd_record *record);
/* Add a diagnostic; text is formatted into the record's arena. where may be NULL. */
void bd_record_diagnose(struct bd_record *record, const char *code, const char *where, const char *fmt, ...)
	BD_PRINTF(4, 5);
/* Put every list into its canonical order (header of docs/record.md). */
void bd_record_sort(struct bd_record *record);

/* The same keys with the same values; a redacted value equals another one. */
bool bd_settings_equal(const struct bd_setting_vec *a, const struct bd_setting_vec *b);

/*
 * The canonical bytes.  Sorts the record first and sets record->digest.
 */
int bd_record_write(struct bd_record *record, struct bd_buf *out, struct bd_error *err) BD_CHECKED;
/* To a file through a temporary name and rename; ".zst" and ".gz" are compressed; "-" is standard output. */
int bd_record_write_file(struct bd_record *record, const char *path, struct bd_error *err) BD_CHECKED;
/* The same to an output that the caller commits and closes; path: its name, by which it is compressed. */
int bd_record_write_to(
	struct bd_record *record, const char *path, struct bd_output *output, struct bd_error *err) BD_CHECKED;
/*
 * Read the record at path (compressed or not, told by content) into a new record the caller frees.
 * Fails: BD_ERR_IO, BD_ERR_FORMAT (message has the line), BD_ERR_LIMIT, BD_ERR_UNSUPPORTED (newer schema).
 */
int bd_record_read_file(const char *path, struct bd_record **out, struct bd_error *err) BD_CHECKED;
/*
 * The same of two records that are to be compared: files whose lines are equal are left out of both and only counted,
 * so that a million equal ones cost little more than reading their bytes.  Such a record is not to be written again: it
 * is not whole.
 */
int bd_record_read_pair(const char *path_a, const char *path_b, struct bd_record **a_out, struct bd_record **b_out,
	struct bd_error *err) BD_CHECKED;
int bd_record_parse(struct bd_str bytes, struct bd_record **out, struct bd_error *err) BD_CHECKED;
/* Do these bytes begin as a record does? */
bool bd_record_sniff(struct bd_str first_bytes);

/*
 * Noise: paths that differ in every build for reasons that mean nothing.  Returns the reason
 * ("byte-compiled Python embeds the time of its source"), or NULL.
 */
const char *bd_noise_reason(const char *path);
/* Labels and variables that follow the commit or the clock ("org.opencontainers.image.revision"); reason or NULL. */
const char *bd_noise_setting_reason(const char *kind, const char *key);

#endif
