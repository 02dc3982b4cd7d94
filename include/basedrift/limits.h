/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every limit on untrusted input, one line and one reason each.  A test feeds each of them one more
 * than it allows and expects BD_ERR_LIMIT or a diagnostic.
 */
#ifndef BASEDRIFT_LIMITS_H
#define BASEDRIFT_LIMITS_H

/* clang-format off */

/* bytes */
#define BD_LIMIT_MANIFEST_BYTES   (4U << 20)    /* OCI distribution-spec: registries accept manifests up to 4 MiB */
#define BD_LIMIT_CONFIG_BYTES     (8U << 20)    /* configs with thousands of history entries stay far below */
#define BD_LIMIT_JSON_DEPTH       64U           /* OCI documents nest 6 deep; jansson recurses */
#define BD_LIMIT_DOCKERFILE_BYTES (4U << 20)    /* BuildKit refuses larger lines; no real file comes near */
#define BD_LIMIT_RECORD_LINE      (64U << 20)   /* one JSON value of a record */
#define BD_LIMIT_RECORD_BYTES     (8ULL << 30)  /* a whole record: BD_LIMIT_ENTRIES file lines of 400 bytes */
#define BD_LIMIT_PATH_BYTES       65536U        /* PAX allows any length; Linux takes 4096 */
#define BD_LIMIT_WANTED_BYTES     (512U << 20)  /* one package database, mapped (dpkg status of 10,000 packages: 12 MB; rpm: up to 200) */
#define BD_LIMIT_WANTED_TOTAL     (2U << 30)   /* all wanted files of one layer together */
#define BD_LIMIT_EXTRACT_BYTES    (4ULL << 30)  /* one executable, jar or database that is looked into, in a temporary file */
#define BD_LIMIT_MODULES_BYTES    (8U << 20)    /* dependencies that an executable states; the largest real lists have 200 KB */
#define BD_LIMIT_JAR_TEXT_BYTES   (16U << 20)   /* a manifest; signed ones name each class */
#define BD_LIMIT_JAR_NESTED_BYTES (512U << 20)  /* a jar in a jar, in memory while it is looked into */
#define BD_LIMIT_JAR_BYTES        (4ULL << 30)  /* unpacked from one jar and all those in it */
#define BD_LIMIT_JAR_EXTRACT      (32U << 20)   /* what is kept of one jar: 200 bytes for each jar in it */
#define BD_LIMIT_PACKAGE_JSON_BYTES (4U << 20) /* parsed it takes up to 75 times its bytes of memory */
#define BD_LIMIT_MTREE_BYTES      (256U << 20)  /* unpacked list of one pacman package's files; the largest has 10 MB */
#define BD_LIMIT_RPM_HEADER_BYTES (256U << 20)  /* rpm's own limit of a header's data (HEADER_DATA_MAX) */
#define BD_LIMIT_SQLITE_ROW       (257U << 20)  /* one row: a header of rpm and its index */
#define BD_LIMIT_REREAD_BYTES     (1U << 20)    /* a file that is read again for each package beside it: perllocal.pod, a LuaRocks tree's manifest */
#define BD_LIMIT_EGG_METADATA     (1U << 20)    /* PKG-INFO with a long description in a packed egg: some 100 KB */
#define BD_LIMIT_PURL_BYTES       65536U        /* no purl of a real package comes near; decoding copies it */
#define BD_LIMIT_MAVEN_VERSION    256U          /* Maven's own limit; each "-" is one level deeper */
#define BD_LIMIT_RANGE_BYTES      65536U        /* a vers: range; a person writes some dozens of bytes */
#define BD_LIMIT_CHECKSUM_BYTES   (1U << 20)    /* larger files are not held against the owner's MD5/SHA-1 (cost) */
#define BD_LIMIT_DOCKERFILE_TEXT  (64U << 10)   /* Dockerfile text kept in a record (docs/record.md) */
#define BD_LIMIT_SECRET_VALUE     (4U << 10)    /* a substitution in a command that is stepped over whole; a longer one is read as text */
#define BD_LIMIT_HOLE_BYTES       (16ULL << 30)  /* holes of sparse files in one layer: hashed as zeros, 12 s */

#define BD_LIMIT_CACHE_BYTES      (4ULL << 30)  /* the layer cache: inventories of some hundred images (120 bytes an entry, and texts) */
#define BD_LIMIT_KNOWN_LINES      50000U       /* packages and files of an image whose merged inventory is cached too (memory) */

/* counts */
#define BD_LIMIT_LAYERS    1024U     /* Docker stops at 127, OCI says nothing */
#define BD_LIMIT_TRIGGERS  64U       /* ONBUILD triggers of a base looked for in the history; a builder takes any number, a base has a few */
#define BD_LIMIT_HISTORY   4096U     /* history entries held against the Dockerfile (the cost is quadratic) */
#define BD_LIMIT_CONFIG_HISTORY 65536U /* history entries of a config: layers and as many empty ones again, with room */
#define BD_LIMIT_ENTRIES   20000000U /* entries of one layer */
#define BD_LIMIT_DIAGNOSTICS 1000U   /* of one layer or tree: what follows is only counted */
#define BD_LIMIT_ROOTFS_DEPTH 512U   /* directories in directories of a root file system: a descriptor each */
#define BD_LIMIT_SYMLINKS 40U        /* followed for one path, as Linux does (path_resolution(7)) */
#define BD_LIMIT_MANIFESTS 4096U     /* descriptors in one index */
#define BD_LIMIT_RANGE_CONSTRAINTS 1024U /* of one vers: range; they are put in order by insertion */
#define BD_LIMIT_PACKAGES  1000000U  /* packages of one database */
#define BD_LIMIT_DIVERSIONS 10000U   /* dpkg-divert entries that are heeded; real systems have some dozens */
#define BD_LIMIT_ARCHIVE_ENTRIES (1U << 18) /* entries of an image archive: four a layer, as skopeo writes them */
#define BD_LIMIT_ARCHIVE_NAMES (64U << 20) /* their names and link targets together, in memory */
#define BD_LIMIT_RPM_TAGS 65535U     /* rpm's own limit of a header's tags (HEADER_TAGS_MAX) */
#define BD_LIMIT_WAL_FRAMES (1U << 17) /* pages in an SQLite write-ahead log; it is written back after 1,000 */
#define BD_LIMIT_ZIP_ENTRIES (1U << 20) /* of one zip archive; large jars have 100,000 */
#define BD_LIMIT_JAR_DEPTH 8U         /* a jar in a war in an ear */
#define BD_LIMIT_INDEX_DEPTH 8U      /* an index in an index in an index … */
#define BD_LIMIT_TERM_DEPTH 64U      /* Lua tables, Erlang terms, YAML nodes in each other; real ones have five or six */
#define BD_LIMIT_LUA_LOCALS 256U     /* Lua itself allows 200 */
#define BD_LIMIT_LUA_STRING 65536U   /* of strings joined with "..": a = a .. a doubles it with each line */

/* expansion: a layer may unpack to this many times its compressed bytes, plus a floor */
#define BD_LIMIT_EXPANSION       1100U             /* gzip's own maximum is 1032:1 */
#define BD_LIMIT_EXPANSION_FLOOR (64ULL << 20)     /* small layers of zeros are innocent */
#define BD_LIMIT_ZSTD_WINDOW_LOG  27U              /* 128 MiB of memory a stream; zstd's own default, more needs --long=28 */
#define BD_LIMIT_ARCHIVE_BYTES    (1ULL << 38)      /* an image archive on standard input, spooled to disk: 256 GiB */
#define BD_LIMIT_LAYER_BYTES     (1ULL << 40)      /* one unpacked layer */

/* registries and daemons */
#define BD_LIMIT_REDIRECTS         10U         /* real ones send one or two */
#define BD_LIMIT_RETRIES           5U          /* tries of one request, with 0.5, 1, 2, 4 seconds between them */
#define BD_LIMIT_SILENT_TRIES      2U          /* of one that got no answer at all: who is silent twice is not there */
#define BD_LIMIT_RETRY_SECONDS     60U         /* for one request altogether, tries and waiting, whatever Retry-After says: what a peer that sends nothing costs at most */
#define BD_LIMIT_STALL_SECONDS     20U         /* a transfer that stands still so long has failed; twice, as libcurl sees it, fits into BD_LIMIT_RETRY_SECONDS */
#define BD_LIMIT_DAEMON_SECONDS    600U        /* the same of a daemon: it packs a whole image before the first byte */
#define BD_LIMIT_HELPER_SECONDS    30U         /* credential helpers ask key rings, which may ask people */
#define BD_LIMIT_TOKEN_BYTES       (256U << 10) /* an answer with a token in it; real ones have 1 to 8 KB */
#define BD_LIMIT_REFUSAL_BYTES     (64U << 10) /* of an error's body, for the registry's own words */
#define BD_LIMIT_AUTHFILE_BYTES    (4U << 20)  /* Docker's config.json, containers' auth.json: some KB */
#define BD_LIMIT_CERTIFICATE_BYTES (4U << 20)  /* authorities in PEM; Debian's bundle has 210 KB */
#define BD_LIMIT_STATEMENT_BYTES   (40U << 20) /* one in-toto statement (BuildKit refuses larger ones) */
#define BD_LIMIT_STATEMENTS        16U         /* of one image; BuildKit writes one, and one SBOM */
#define BD_LIMIT_INSPECT_BYTES     (8U << 20)  /* a daemon's image inspect */
#define BD_LIMIT_LOCAL_DIGESTS     4U          /* RepoDigests of a local base that its registry is asked for; real images have one or two */

/* the store */
#define BD_LIMIT_STORE_WAIT_MS         30000U    /* for another writer's lock; a write takes milliseconds */
#define BD_LIMIT_STORE_TRIES           12U       /* of one transaction after conflicts and lost connections: 5 seconds together */
#define BD_LIMIT_STORE_CONNECT_SECONDS "20"      /* until a server answers */
#define BD_LIMIT_STORE_PART            (4U << 20)  /* bytes of lines in one part of a record, before compression */
#define BD_LIMIT_STORE_PARTS           65536U    /* parts of one record: layers, kinds, and pieces of what is larger */

/* Dockerfiles: what the largest real ones have, many times over; costs are products of these */
#define BD_LIMIT_STAGES              1024U       /* FROM lines; each copies its base's variables */
#define BD_LIMIT_VARIABLES           2048U       /* of one stage */
#define BD_LIMIT_DOCKERFILE_IMAGES   65536U      /* images named, and ONBUILD triggers run */
#define BD_LIMIT_EXPANSION_DEPTH     64U         /* ${A:-${B:-${C… */
#define BD_LIMIT_EXPANDED_WORD       (1U << 20)  /* ARG B=$A$A, ARG C=$B$B … doubles with each line */
#define BD_LIMIT_EXPANDED_TOTAL      (64U << 20) /* of one Dockerfile together */
#define BD_LIMIT_SHELL_PATTERN       256U        /* pattern bytes of ${X#p}; matching costs pattern * value * value */
#define BD_LIMIT_SHELL_PATTERN_VALUE 4096U       /* bytes it is matched against */
#define BD_LIMIT_COMPOSE_BYTES       (4U << 20)  /* a compose file; one of a hundred services has 60 KB */
#define BD_LIMIT_SUBMODULE_DEPTH     8U          /* a submodule in a submodule … when the work tree is compared */

/* papers of a build: provenance, metadata file, history, log */
#define BD_LIMIT_PAPERS_BYTES  (40U << 20)  /* BuildKit's own limit of an attestation */
#define BD_LIMIT_PAPERS_VALUES (1U << 20)   /* JSON values; an empty object is 3 bytes of text and 250 in memory */
#define BD_LIMIT_MATERIALS     4096U        /* of one build; BuildKit lists a few, other tools each file they fetch */
#define BD_LIMIT_LAYER_STEPS   4096U        /* steps whose layers provenance tells; builds have some dozens */
#define BD_LIMIT_LOG_BYTES     (256U << 20) /* CI products cut logs far below */
#define BD_LIMIT_LOG_LINE      (16U << 10)  /* what is read of a line; its end is left out */
#define BD_LIMIT_LOG_STEPS     4096U        /* steps and stage names that are remembered */
#define BD_LIMIT_LOG_TAIL      (32U << 10)  /* of the log kept in a record */
#define BD_LIMIT_LOG_TAIL_LINES 200U        /* lines of it: a screen or four */

/* SBOMs */
#define BD_LIMIT_SBOM_BYTES  (256U << 20) /* syft's JSON with every file of a large image: some 60 MB */
#define BD_LIMIT_SBOM_VALUES (4U << 20)   /* JSON values: a gigabyte of memory at worst; 20,000 packages have half a million */
#define BD_LIMIT_SBOM_LOCATIONS 1024U  /* of one package; its layer is looked for among them */

/* baselines */
#define BD_LIMIT_BASELINE_BYTES (16U << 20) /* a list or rules; 10,000 packages have 1 MB */
#define BD_LIMIT_BASELINE_RULES 200000U     /* lines of a list */
#define BD_LIMIT_NPM_LIST       20000U      /* different packages of npm ls: each is held against all others */
#define BD_LIMIT_RULES          10000U      /* of each kind; each is held against all packages */

/* what a build command writes while it runs */
#define BD_LIMIT_OUTPUT_HEAD     (1U << 20)  /* its first bytes: what was resolved and pulled */
#define BD_LIMIT_OUTPUT_TAIL     (4U << 20)  /* its last bytes: what failed */
#define BD_LIMIT_OUTPUT_RECORDED (32U << 10) /* of these in a record: some hundred lines */
#define BD_LIMIT_COMMAND_FILE    (40U << 20) /* the file of --metadata-file: BuildKit's own limit of an attestation */

/* reports */
#define BD_LIMIT_TEMPLATE_BYTES (4 << 20) /* each file of --template; ours have 40 KiB together */

/* clang-format on */

#endif
