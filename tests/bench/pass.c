/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pass LAYOUT [THREADS]: the fastest pass that verifies an image: each layer's blob is read, its SHA-256
 * computed, inflated (ISA-L, libzstd), the SHA-256 of what comes out computed, its tar headers walked, and
 * the SHA-256 of every file computed.  Whole layers from a queue, largest first.  Nothing is kept.  It is what
 * collect is measured against, so it takes every short cut that a tool for one measurement may take.
 */
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <jansson.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#define IN_BYTES  (256U << 10)
#define OUT_BYTES (256U << 10)
#define BLOCK     512U

struct blob {
	char path[1024];
	long long bytes;
	char kind; /* 'g', 'z', 't' */
};
static struct blob *blobs;
static size_t blob_count;
static atomic_size_t next_blob;
static atomic_ullong files, unpacked_bytes;

static void die(const char *what)
{
	(void)fprintf(stderr, "pass: %s\n", what);
	exit(2);
}

/* ---- tar ------------------------------------------------------------------------------------------ */

struct walk {
	unsigned char header[BLOCK];
	size_t header_n;
	uint64_t data, padding; /* that follow */
	int is_file;
	EVP_MD_CTX *file, *all;
};

static uint64_t size_of(const unsigned char *field)
{
	uint64_t value = 0;
	if ((field[0] & 0x80U) != 0) {
		for (size_t i = 4; i < 12; i++) {
			value = value << 8 | field[i];
		}
		return value;
	}
	for (size_t i = 0; i < 12 && field[i] != 0; i++) {
		if (field[i] >= '0' && field[i] <= '7') {
			value = value * 8 + (uint64_t)(field[i] - '0');
		}
	}
	return value;
}

static void file_ends(struct walk *walk)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	if (walk->is_file) {
		(void)EVP_DigestFinal_ex(walk->file, digest, NULL);
		atomic_fetch_add(&files, 1);
	}
}

static void header_ends(struct walk *walk)
{
	const unsigned char type = walk->header[156];
	walk->data = size_of(walk->header + 124);
	walk->padding = (BLOCK - walk->data % BLOCK) % BLOCK;
	walk->is_file = walk->header[0] != 0 && (type == '0' || type == 0);
	if (walk->is_file) {
		(void)EVP_DigestInit_ex(walk->file, EVP_sha256(), NULL);
	}
	if (walk->data == 0) {
		file_ends(walk);
	}
	walk->header_n = 0;
}

static size_t at_most(uint64_t a, size_t b)
{
	return a < b ? (size_t)a : b;
}

static void walk_bytes(struct walk *walk, const unsigned char *p, size_t n)
{
	(void)EVP_DigestUpdate(walk->all, p, n);
	while (n > 0) {
		size_t step = 0;
		if (walk->data > 0) {
			step = at_most(walk->data, n);
			if (walk->is_file) {
				(void)EVP_DigestUpdate(walk->file, p, step);
			}
			walk->data -= step;
			if (walk->data == 0) {
				file_ends(walk);
			}
		} else if (walk->padding > 0) {
			step = at_most(walk->padding, n);
			walk->padding -= step;
		} else {
			step = at_most(BLOCK - walk->header_n, n);
			memcpy(walk->header + walk->header_n, p, step);
			walk->header_n += step;
			if (walk->header_n == BLOCK) {
				header_ends(walk);
			}
		}
		p += step;
		n -= step;
	}
}

/* ---- layers --------------------------------------------------------------------------------------- */

struct worker {
	unsigned char in[IN_BYTES], out[OUT_BYTES];
	struct walk walk;
	EVP_MD_CTX *blob;
	struct inflate_state gzip;
	ZSTD_DStream *zstd;
	unsigned long long total;
};

static void gunzip(struct worker *w, size_t n)
{
	w->gzip.next_in = w->in;
	w->gzip.avail_in = (uint32_t)n;
	do {
		w->gzip.next_out = w->out;
		w->gzip.avail_out = OUT_BYTES;
		if (isal_inflate(&w->gzip) != ISAL_DECOMP_OK) {
			die("a broken gzip");
		}
		const size_t made = OUT_BYTES - w->gzip.avail_out;
		w->total += made;
		walk_bytes(&w->walk, w->out, made);
	} while (w->gzip.avail_out == 0 || (w->gzip.avail_in > 0 && w->gzip.block_state != ISAL_BLOCK_FINISH));
}

static void unzstd(struct worker *w, size_t n)
{
	ZSTD_inBuffer in = { w->in, n, 0 };
	ZSTD_outBuffer out = { w->out, OUT_BYTES, OUT_BYTES };
	while (in.pos < in.size || out.pos == out.size) {
		out.pos = 0;
		if (ZSTD_isError(ZSTD_decompressStream(w->zstd, &out, &in))) {
			die("a broken zstd");
		}
		w->total += out.pos;
		walk_bytes(&w->walk, w->out, out.pos);
	}
}

static void read_blob(struct worker *w, const struct blob *blob)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	const int fd = open(blob->path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;
	if (fd < 0) {
		die(blob->path);
	}
	(void)EVP_DigestInit_ex(w->blob, EVP_sha256(), NULL);
	(void)EVP_DigestInit_ex(w->walk.all, EVP_sha256(), NULL);
	isal_inflate_init(&w->gzip);
	w->gzip.crc_flag = ISAL_GZIP;
	(void)ZSTD_initDStream(w->zstd);
	w->walk.header_n = 0;
	w->walk.data = w->walk.padding = 0;
	while ((n = read(fd, w->in, IN_BYTES)) > 0) {
		(void)EVP_DigestUpdate(w->blob, w->in, (size_t)n);
		if (blob->kind == 'g') {
			gunzip(w, (size_t)n);
		} else if (blob->kind == 'z') {
			unzstd(w, (size_t)n);
		} else {
			w->total += (unsigned long long)n;
			walk_bytes(&w->walk, w->in, (size_t)n);
		}
	}
	(void)close(fd);
	(void)EVP_DigestFinal_ex(w->blob, digest, NULL);
	(void)EVP_DigestFinal_ex(w->walk.all, digest, NULL);
}

static void *work(void *unused)
{
	struct worker *w = calloc(1, sizeof(*w));
	(void)unused;
	if (w == NULL) {
		die("no memory");
	}
	w->blob = EVP_MD_CTX_new();
	w->walk.file = EVP_MD_CTX_new();
	w->walk.all = EVP_MD_CTX_new();
	w->zstd = ZSTD_createDStream();
	for (size_t i = atomic_fetch_add(&next_blob, 1); i < blob_count; i = atomic_fetch_add(&next_blob, 1)) {
		read_blob(w, &blobs[i]);
	}
	atomic_fetch_add(&unpacked_bytes, w->total);
	EVP_MD_CTX_free(w->blob);
	EVP_MD_CTX_free(w->walk.file);
	EVP_MD_CTX_free(w->walk.all);
	ZSTD_freeDStream(w->zstd);
	free(w);
	return NULL;
}

/* ---- layout ---------------------------------------------------------------------------------------- */

static json_t *load(const char *layout, const char *digest)
{
	char path[1024];
	(void)snprintf(path, sizeof(path), digest != NULL ? "%s/blobs/sha256/%s" : "%s/index.json", layout,
		digest != NULL ? digest + 7 : "");
	json_t *document = json_load_file(path, 0, NULL);
	if (document == NULL) {
		die(path);
	}
	return document;
}

static int larger_first(const void *a, const void *b)
{
	const struct blob *x = a;
	const struct blob *y = b;
	return (x->bytes < y->bytes) - (x->bytes > y->bytes);
}

static void find_layers(const char *layout)
{
	json_t *index = load(layout, NULL);
	json_t *manifest = load(layout,
		json_string_value(json_object_get(json_array_get(json_object_get(index, "manifests"), 0), "digest")));
	json_t *layers = json_object_get(manifest, "layers");
	blob_count = json_array_size(layers);
	blobs = calloc(blob_count + 1, sizeof(*blobs));
	for (size_t i = 0; i < blob_count; i++) {
		const json_t *layer = json_array_get(layers, i);
		const char *type = json_string_value(json_object_get(layer, "mediaType"));
		(void)snprintf(blobs[i].path, sizeof(blobs[i].path), "%s/blobs/sha256/%s", layout,
			json_string_value(json_object_get(layer, "digest")) + 7);
		blobs[i].bytes = json_integer_value(json_object_get(layer, "size"));
		blobs[i].kind = strstr(type, "gzip") != NULL ? 'g' : strstr(type, "zstd") != NULL ? 'z' : 't';
	}
	qsort(blobs, blob_count, sizeof(*blobs), larger_first);
	json_decref(index);
	json_decref(manifest);
}

int main(int argc, char **argv)
{
	pthread_t threads[64];
	if (argc < 2) {
		die("usage: pass LAYOUT [THREADS]");
	}
	const long wanted = argc > 2 ? strtol(argv[2], NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
	const size_t count = wanted < 1 ? 1 : wanted > 64 ? 64 : (size_t)wanted;
	find_layers(argv[1]);
	for (size_t i = 1; i < count; i++) {
		if (pthread_create(&threads[i], NULL, work, NULL) != 0) {
			die("no thread");
		}
	}
	(void)work(NULL);
	for (size_t i = 1; i < count; i++) {
		(void)pthread_join(threads[i], NULL);
	}
	(void)printf("%zu layers, %llu files, %llu bytes\n", blob_count, (unsigned long long)atomic_load(&files),
		(unsigned long long)atomic_load(&unpacked_bytes));
	free(blobs);
	return 0;
}
