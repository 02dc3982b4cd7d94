/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options as tables: parsing, --help and the shell completions all read the same rows.
 */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "basedrift/base.h"
#include "basedrift/source.h"

enum {
	EXIT_SAME = 0,
	EXIT_DIFFERENT = 1,
	EXIT_TROUBLE = 2
};

struct arguments;

struct option_row {
	char letter;       /* 'o', or 0 */
	const char *name;  /* "base-image" */
	const char *value; /* "IMAGE" as help shows it; NULL: takes none */
	const char *help;  /* one line */
	/* Take the value (NULL for flags).  Returns 0 or a negative error, with err set. */
	int (*take)(struct arguments *arguments, const char *value, struct bd_error *err);
};

struct command {
	const char *name;
	const char *synopsis;                    /* "[IMAGE] [options]" */
	const char *summary;                     /* one line, lower case, no full stop */
	const char *example;                     /* the one command people need */
	const char *details;                     /* paragraphs for --help, or NULL */
	bool runs_command;                       /* the first operand begins a command, whose options are its own */
	const struct option_row *const *options; /* NULL-ended list of tables that end in an empty row */
	int (*run)(struct arguments *arguments, struct bd_error *err); /* exit status, or a negative error */
};

struct text_list {
	const char **v; /* NULL-ended */
	size_t len, cap;
};

/* -o FORMAT[=FILE]; file NULL: standard output. */
struct output {
	const char *format, *file;
};

struct key_value {
	const char *key, *value;
};

/* Everything the commands' options say; each table writes its own members. */
struct arguments {
	const struct command *command;
	struct text_list operands;
	bool help;
	/* outputs */
	struct {
		struct output *v;
		size_t len, cap;
	} outputs;
	bool quiet, verbose, ascii, exit_zero;
	enum {
		PROGRESS_AUTO,
		PROGRESS_ALWAYS,
		PROGRESS_NEVER
	} progress;
	enum {
		COLOR_AUTO,
		COLOR_ALWAYS,
		COLOR_NEVER
	} color;
	/* the build */
	const char *project, *branch, *build_id, *url, *status, *started;
	/* what was built */
	const char *dockerfile, *context, *target, *platform;
	bool context_elsewhere, dockerfile_elsewhere; /* what `run` found out of the build command */
	struct {
		struct key_value *v;
		size_t len, cap;
	} build_args, bases, base_images; /* bases: key is the stage or NULL */
	struct text_list secret_names;
	/* papers of the build */
	const char *provenance, *metadata_file, *build_history, *log;
	struct bd_str log_text; /* of the command that 'run' ran */
	/* registries */
	const char *authfile, *cert_dir;
	enum bd_tls tls_verify;
	bool offline;
	/* reading */
	bool no_cache, verify;
	unsigned int jobs;
	/* the store */
	const char *store, *reference, *package;
	bool bases_log, has_limit, has_older;
	size_t limit, keep_builds;
	unsigned int older_days;
	/* comparing */
	struct text_list ignore;
	bool strict;
	/* running */
	const char *image;
	const char *daemon; /* as in struct bd_collect_options */
	bool as_is, no_version;
	/* pinning */
	const char *pin_to, *record;
	bool write, check_only;
	/* checking */
	const char *baseline, *last_good;
	bool update;
	/* watching */
	bool index_counts, explain, tags;
	/* reports */
	bool junit_strict;
	const char *junit_attach, *name;
	size_t md_max_bytes, html_max_rows, html_max_bytes;
	const char *template_folder;
	bool html_linked; /* style and script beside the page */
	struct bd_arena arena;
};

extern const struct option_row common_options[];   /* -q -v --color --ascii --store --help */
extern const struct option_row select_options[];   /* --project --branch: which builds of the store */
extern const struct option_row build_options[];    /* --project … --status */
extern const struct option_row image_options[];    /* --dockerfile … --platform */
extern const struct option_row file_options[];     /* --build-arg --platform: of Dockerfiles as operands */
extern const struct option_row paper_options[];    /* --provenance … --log */
extern const struct option_row registry_options[]; /* --authfile … --offline */
extern const struct option_row output_options[];   /* -o --format */

/* Parse argv[from …] by the command's tables.  Fails: BD_ERR_USAGE, naming the nearest option. */
int parse_arguments(const struct command *command, int argc, char **argv, int from, struct arguments *out,
	struct bd_error *err) BD_CHECKED;
void arguments_release(struct arguments *arguments);
void print_command_help(const struct command *command);
/* The nearest of count words to a mistyped one, or NULL when none is near. */
const char *nearest_word(const char *word, const char *const *words, size_t count);

void text_list_add(struct text_list *list, const char *text);

#endif
