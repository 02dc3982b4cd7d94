/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where images come from.  Names are TRANSPORT:… as containers-transports(5) has them
 * (`docker-archive:FILE[:REF]`, `oci:DIR[:REF]`, `oci-archive:FILE[:REF]`, `dir:DIR`,
 * `docker://NAME[:TAG|@DIGEST]`, `docker-daemon:NAME`), plus `podman:NAME` (its service), `rootfs:DIR` (an
 * unpacked root file system) and `-` (an archive on standard input).
 */
#ifndef BASEDRIFT_SOURCE_H
#define BASEDRIFT_SOURCE_H

#include <stdatomic.h>

#include "basedrift/compress.h"
#include "basedrift/oci.h"

enum bd_tls {
	BD_TLS_DEFAULT, /* certificates are verified; on loopback plain http will do */
	BD_TLS_VERIFY,  /* --tls-verify=true: also on loopback */
	BD_TLS_ANY,     /* --tls-verify=false: any certificate, else plain http */
};

/*
 * Told of each request to a registry or daemon when its answer has begun: "GET https://host/v2/…: 200".  Addresses
 * come without credentials and queries, and otherwise as they are: not safe to show.  Also called by other threads.
 */
typedef void bd_source_told_fn(const char *sentence, void *context);

/* All zero is a good default.  Strings are borrowed while an image is open. */
struct bd_source_options {
	const char *platform; /* "linux/arm64", or NULL: this machine's */
	const char *authfile; /* credentials, in place of the usual files; or NULL */
	const char *cert_dir; /* *.crt, *.cert, *.key, in place of the usual folders; or NULL */
	enum bd_tls tls_verify;
	bool offline;            /* no registry is asked; a daemon of this machine is */
	unsigned stall_sec;      /* a transfer that stands still so long has failed; 0: BD_LIMIT_STALL_SECONDS */
	bd_source_told_fn *told; /* or NULL */
	void *told_context;
};

struct bd_image_layer {
	struct bd_digest digest; /* kind BD_DIGEST_LAYER; value NULL where the archive names none */
	const char *media_type;
	int64_t size_bytes;  /* of the blob as stored, -1: not known */
	const char *diff_id; /* from the config */
};
struct bd_image_layer_vec {
	struct bd_image_layer *v;
	size_t len, cap;
};

struct bd_image_ops;
/* One platform image, opened; everything below lives in its arena. */
struct bd_image {
	const struct bd_image_ops *ops;
	struct bd_arena arena;
	const char *transport; /* "oci", "docker-archive", … */
	const char *name;      /* what was given */
	const char *reference; /* a name the archive carries for it (ref.name, RepoTags, io.containerd.image.name), or
				  NULL */
	struct bd_digest_vec digests; /* index (the one picked from, if any), manifest (if any), config; verified */
	struct bd_platform platform;
	struct bd_config config;
	struct bd_key_value_vec annotations; /* manifest's, over those of its descriptor and index */
	struct bd_image_layer_vec layers;    /* lowest first; len == config.diff_ids.len */
	const char *rootfs;                  /* directory, for transport "rootfs" only: no layers, no config */
	atomic_ullong *bytes_read;           /* counts what is read of layers as they are stored; NULL: nobody looks */
	const bool *ahead;                   /* for each layer: unpack it in a thread of its own; NULL: none */
	struct bd_string_vec warnings;       /* sentences: "platform not stated by …" */
	struct bd_string_vec repo_digests;   /* what a daemon knows: "name@sha256:…", of an index or a manifest */
};

/*
 * Open what `name` says.  A bare path is recognised by content.
 * Fails: BD_ERR_NOT_FOUND (no such path; no such reference: the message lists those there are),
 * BD_ERR_FORMAT, BD_ERR_LIMIT, BD_ERR_UNSUPPORTED, BD_ERR_USAGE (several images and no reference).
 */
int bd_image_open(const char *name, const struct bd_source_options *options, struct bd_image **out,
	struct bd_error *err) BD_CHECKED;
void bd_image_close(struct bd_image *image);
/*
 * The tar stream of layer i, unpacked; reading it to its end verifies the blob's digest and size and
 * the diff_id.  Layers may be opened in any order and several at once, from several threads.
 */
int bd_image_open_layer(struct bd_image *image, size_t i, struct bd_stream **out, struct bd_error *err) BD_CHECKED;
/*
 * What a reference means right now, by asking its registry for manifests only: the index (if any) and the
 * manifest for the platform, verified; digests and their strings in the arena.
 * Fails: as bd_image_open(); BD_ERR_UNSUPPORTED when offline.
 */
int bd_registry_resolve(const char *reference, const struct bd_source_options *options, struct bd_arena *arena,
	struct bd_digest_vec *index_and_manifest_out, struct bd_error *err) BD_CHECKED;
/*
 * The digest that a reference leads to right now, of an index or a manifest, by HEAD where the registry knows that: it
 * counts against no limit of pulls, and no platform is picked.
 * Fails: as bd_registry_resolve().
 */
int bd_registry_head(const char *reference, const struct bd_source_options *options, struct bd_arena *arena,
	struct bd_digest *out, struct bd_error *err) BD_CHECKED;

/* What a daemon of this machine says of an image that it has. */
struct bd_local_image {
	struct bd_string_vec repo_digests; /* "name@sha256:…": an index or a manifest, under each name it came by */
	struct bd_string_vec diff_ids;
	struct bd_digest descriptor; /* of the image where the daemon tells; value NULL: it does not */
};
/*
 * Ask for an image by name, without its layers: "docker-daemon:NAME" or "podman:NAME".  All in the arena.
 * Fails: BD_ERR_NOT_FOUND (no such image, no daemon), BD_ERR_USAGE (another transport), as bd_image_open().
 */
int bd_local_image_inspect(const char *name, const struct bd_source_options *options, struct bd_arena *arena,
	struct bd_local_image *out, struct bd_error *err) BD_CHECKED;

/* An in-toto statement that lies beside an image; bytes verified against its digest. */
struct bd_statement {
	const char *predicate_type; /* "https://slsa.dev/provenance/v1" as the manifest has it */
	const char *digest;         /* of the blob */
	struct bd_str bytes;
};
struct bd_statement_vec {
	struct bd_statement *v;
	size_t len, cap;
};
/*
 * The SLSA provenance of this image: of the attestation manifests that describe its manifest (BuildKit,
 * docs/attestations/attestation-storage.md).  None is no failure.  All in the arena, the vector too.
 * Fails: one that is named cannot be read; those before it are in out.
 */
int bd_image_provenance(
	struct bd_image *image, struct bd_arena *arena, struct bd_statement_vec *out, struct bd_error *err) BD_CHECKED;

/* Does this argument name an image rather than a file of another kind?  (TRANSPORT: prefix, or content.) */
bool bd_image_name_likely(const char *name);
/* "docker-archive, oci, …" of the table, for messages and help. */
const char *bd_transport_names(void);

#endif
