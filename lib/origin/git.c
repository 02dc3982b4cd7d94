/* SPDX-License-Identifier: Apache-2.0 */
/* The only file that sees libgit2.  Nothing is written and no program is run. */
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <sys/stat.h>

#include "basedrift/limits.h"
#include "basedrift/origin.h"

#include "base/auto.h"

DEFINE_AUTO(repository, git_repository, git_repository_free)
DEFINE_AUTO(reference, git_reference, git_reference_free)
DEFINE_AUTO(object, git_object, git_object_free)
DEFINE_AUTO(blob, git_blob, git_blob_free)
DEFINE_AUTO(config, git_config, git_config_free)
DEFINE_AUTO(status_list, git_status_list, git_status_list_free)
DEFINE_AUTO(git_index, git_index, git_index_free)
DEFINE_AUTO(hash, struct bd_hash, bd_hash_free)

#define OID_TEXT (GIT_OID_HEXSZ + 1)

/*
 * libgit2 1.5 loses a few match objects of libpcre2 with each repository it opens (git_regexp_match returns
 * early when nothing matches).  The leak checker is told here, so that it keeps watching everything else.
 */
#ifdef __has_feature
#define HAS_FEATURE(name) __has_feature(name)
#else
#define HAS_FEATURE(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || HAS_FEATURE(address_sanitizer)
/* NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming): LeakSanitizer's own name for it */
const char *__lsan_default_suppressions(void);
/* NOLINTNEXTLINE(bugprone-reserved-identifier,readability-identifier-naming) */
__attribute__((visibility("default"), used)) const char *__lsan_default_suppressions(void)
{
	return "leak:libpcre2\n";
}
#endif

const char *bd_git_library(void)
{
	return "libgit2 " LIBGIT2_VERSION;
}

static const char *last_message(void)
{
	const git_error *last = git_error_last();
	return last != NULL && last->message != NULL ? last->message : "no reason given";
}

static int not_found(const char *dir, struct bd_error *err)
{
	return bd_error_set(err, BD_ERR_NOT_FOUND, "%s: no git repository here or above", dir);
}

static int open_repository(const char *dir, git_repository **out, struct bd_error *err)
{
	const int rc = git_repository_open_ext(out, dir, 0, NULL);
	if (rc == 0) {
		return 0;
	}
	if (rc == GIT_ENOTFOUND) {
		return not_found(dir, err);
	}
	const char *why = last_message();
	if (strcasestr(why, "objectformat") != NULL) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED,
			"%s: the repository has SHA-256 object names, which %s does not read", dir, bd_git_library());
	}
	if (strcasestr(why, "unsupported") != NULL) {
		return bd_error_set(err, BD_ERR_UNSUPPORTED, "%s: %s does not read this repository: %s", dir,
			bd_git_library(), why);
	}
	return bd_error_set(err, BD_ERR_FORMAT, "%s: %s", dir, why);
}

static const char *oid_text(const git_oid *oid, struct bd_arena *arena)
{
	char text[OID_TEXT];
	return bd_arena_strdup(arena, git_oid_tostr(text, sizeof(text), oid));
}

/* ---- HEAD and remote ------------------------------------------------------------------------- */

static const char *branch_of(const char *ref_name, struct bd_arena *arena)
{
	static const char heads[] = "refs/heads/";
	return ref_name != NULL && strncmp(ref_name, heads, sizeof(heads) - 1) == 0
		       ? bd_arena_strdup(arena, ref_name + sizeof(heads) - 1)
		       : NULL;
}

/* A branch without a commit yet is still named by HEAD. */
static void read_unborn(git_repository *repo, struct bd_arena *arena, struct bd_vcs *out)
{
	AUTO(reference_auto) git_reference *head = NULL;
	if (git_reference_lookup(&head, repo, "HEAD") == 0) {
		out->branch = branch_of(git_reference_symbolic_target(head), arena);
	}
}

static int read_head(git_repository *repo, struct bd_arena *arena, struct bd_vcs *out, struct bd_error *err)
{
	AUTO(reference_auto) git_reference *head = NULL;
	AUTO(object_auto) git_object *object = NULL;
	const int rc = git_repository_head(&head, repo);
	if (rc == GIT_EUNBORNBRANCH || rc == GIT_ENOTFOUND) {
		read_unborn(repo, arena, out);
		return 0;
	}
	if (rc < 0 || git_reference_peel(&object, head, GIT_OBJECT_COMMIT) < 0) {
		return bd_error_set(err, BD_ERR_FORMAT, "HEAD: %s", last_message());
	}
	void *commit = object;
	out->commit = oid_text(git_object_id(object), arena);
	out->tree = oid_text(git_commit_tree_id(commit), arena);
	out->branch = git_repository_head_detached(repo) == 1 ? NULL : branch_of(git_reference_name(head), arena);
	return 0;
}

/* As configured: url.*.insteadOf is this machine's business. */
static void read_remote(git_repository *repo, struct bd_arena *arena, struct bd_vcs *out)
{
	AUTO(config_auto) git_config *config = NULL;
	const char *url = NULL;
	if (git_repository_config_snapshot(&config, repo) == 0 &&
		git_config_get_string(&url, config, "remote.origin.url") == 0) {
		out->remote = bd_url_without_credentials(arena, url);
	}
}

/* ---- what differs from HEAD -------------------------------------------------------------------- */

/*
 * One path whose work tree content is not HEAD's.  Whether it was staged makes no difference to a
 * build, so it makes none here: A(dded), M(odified), D(eleted).
 */
struct change {
	const char *path; /* from the root of the outermost repository */
	char letter;
	const char *content; /* digest, link target, commit of a submodule; "" when deleted */
};
struct change_vec {
	struct change *v;
	size_t len, cap;
};
struct comparison {
	struct bd_arena *arena;
	struct change_vec changes;
	bool unreadable; /* a changed file could not be read: there is no digest */
};

static void change_vec_release(struct comparison *c)
{
	free(c->changes.v);
}

static int compare_repository(git_repository *repo, const char *prefix, unsigned depth, struct comparison *c);

static const char *file_digest(int fd, struct bd_arena *arena)
{
	AUTO(hash_auto) struct bd_hash *hash = bd_hash_new(BD_SHA256);
	AUTO(free_ptr) char *block = bd_xmalloc(65536);
	uint8_t bytes[64];
	char hex[sizeof(bytes) * 2 + 1];
	for (;;) {
		const ssize_t n = read(fd, block, 65536);
		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			return NULL;
		}
		if (n == 0) {
			break;
		}
		bd_hash_update(hash, block, (size_t)n);
	}
	bd_hex(bytes, bd_hash_final(hash, bytes), hex);
	return bd_arena_printf(arena, "sha256:%s", hex);
}

static const char *link_content(const char *path, struct bd_arena *arena)
{
	char target[4096];
	const ssize_t n = readlink(path, target, sizeof(target));
	return n >= 0 ? bd_arena_printf(arena, "link:%.*s", (int)n, target) : NULL;
}

/* NULL: cannot be read. */
static const char *path_content(const char *path, const struct stat *st, struct bd_arena *arena)
{
	if (S_ISLNK(st->st_mode)) {
		return link_content(path, arena);
	}
	if (!S_ISREG(st->st_mode)) {
		return bd_arena_printf(arena, "type:%o", (unsigned)(st->st_mode & S_IFMT));
	}
	const AUTO(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	const char *digest = fd >= 0 ? file_digest(fd, arena) : NULL;
	if (digest == NULL || (st->st_mode & S_IXUSR) == 0) {
		return digest;
	}
	return bd_arena_printf(arena, "%s:x", digest);
}

static const char *head_commit(git_repository *repo, struct bd_arena *arena)
{
	git_oid oid;
	return git_reference_name_to_id(&oid, repo, "HEAD") == 0 ? oid_text(&oid, arena) : "";
}

/* Repositories in repositories, up to BD_LIMIT_SUBMODULE_DEPTH. NOLINTBEGIN(misc-no-recursion) */

/* A submodule, or a repository that lies around untracked: its commit, and its own changes below it. */
static const char *repository_content(const char *dir, const char *shown, unsigned depth, struct comparison *c)
{
	AUTO(repository_auto) git_repository *repo = NULL;
	if (git_repository_open_ext(&repo, dir, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) < 0) {
		return "directory";
	}
	const char *commit = bd_arena_printf(c->arena, "commit:%s", head_commit(repo, c->arena));
	const char *prefix = bd_arena_printf(c->arena, "%s%s", shown, bd_str_ends(bd_str(shown), "/") ? "" : "/");
	if (compare_repository(repo, prefix, depth + 1, c) < 0) {
		c->unreadable = true;
	}
	return commit;
}

static const char *entry_path(const git_status_entry *entry)
{
	const git_diff_delta *delta = entry->index_to_workdir != NULL ? entry->index_to_workdir : entry->head_to_index;
	return delta == NULL ? NULL : delta->new_file.path != NULL ? delta->new_file.path : delta->old_file.path;
}

/* git's sparse checkout leaves files out on purpose; libgit2 takes them for deleted. */
static bool is_left_out(const git_status_entry *entry, git_index *index, const char *path)
{
	if (entry->status != GIT_STATUS_WT_DELETED) {
		return false;
	}
	const git_index_entry *staged = git_index_get_bypath(index, path, 0);
	return staged != NULL && (staged->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
}

struct work_tree {
	git_repository *repo;
	git_index *index;
	const char *root, *prefix; /* both with a last '/' */
	unsigned depth;
};

/*
 * Git LFS: the blob is a pointer ("oid sha256:…"), the work tree has what it points to.  libgit2 runs no
 * filter and takes the two for different whenever it does not trust the file's times.
 */
static bool is_what_lfs_points_to(
	const struct work_tree *tree, const git_status_entry *entry, const char *path, const char *content)
{
	AUTO(blob_auto) git_blob *blob = NULL;
	const char *filter = NULL;
	size_t at = 0;
	const git_index_entry *staged = git_index_get_bypath(tree->index, path, 0);
	if (entry->status != GIT_STATUS_WT_MODIFIED || staged == NULL || content == NULL ||
		git_attr_get(&filter, tree->repo, 0, path, "filter") < 0 || !bd_streq(filter, "lfs") ||
		git_blob_lookup(&blob, tree->repo, &staged->id) < 0) {
		return false;
	}
	const size_t n = (size_t)git_blob_rawsize(blob);
	const struct bd_str pointer = { git_blob_rawcontent(blob),
		n < 1024 ? n : 0 }; /* the LFS specification's limit */
	if (!bd_str_find(pointer, "oid sha256:", &at)) {
		return false;
	}
	struct bd_str oid = { pointer.p + at + 4, pointer.n - at - 4 };
	oid = bd_str_cut(&oid, '\n');
	return oid.n == 71 && strncmp(oid.p, content, oid.n) == 0;
}

static void add_change(struct comparison *c, const struct work_tree *tree, const git_status_entry *entry)
{
	const char *path = entry_path(entry);
	struct stat st;
	if (path == NULL || is_left_out(entry, tree->index, path)) {
		return;
	}
	const char *full = bd_arena_printf(c->arena, "%s%s", tree->root, path);
	const char *shown = bd_arena_printf(c->arena, "%s%s", tree->prefix, path);
	const bool added = (entry->status & (GIT_STATUS_INDEX_NEW | GIT_STATUS_WT_NEW)) != 0 &&
			   (entry->status & GIT_STATUS_INDEX_DELETED) == 0;
	struct change change = { .path = shown, .letter = added ? 'A' : 'M', .content = "" };
	if (lstat(full, &st) < 0) {
		change.letter = 'D';
		c->unreadable |= errno != ENOENT && errno != ENOTDIR;
	} else if (S_ISDIR(st.st_mode)) {
		change.content = repository_content(full, shown, tree->depth, c);
	} else {
		change.content = path_content(full, &st, c->arena);
	}
	if (is_what_lfs_points_to(tree, entry, path, change.content)) {
		return;
	}
	if (change.content == NULL) {
		change.content = "";
		c->unreadable = true;
	}
	*bd_vec_push(&c->changes) = change;
}

static int compare_repository(git_repository *repo, const char *prefix, unsigned depth, struct comparison *c)
{
	AUTO(status_list_auto) git_status_list *list = NULL;
	AUTO(git_index_auto) git_index *index = NULL;
	git_status_options options;
	const char *root = git_repository_workdir(repo);
	if (root == NULL || depth > BD_LIMIT_SUBMODULE_DEPTH) {
		return -1;
	}
	(void)git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
	options.show = GIT_STATUS_SHOW_INDEX_AND_WORKDIR;
	options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_RECURSE_UNTRACKED_DIRS;
	if (git_repository_index(&index, repo) < 0 || git_status_list_new(&list, repo, &options) < 0) {
		return -1;
	}
	const struct work_tree tree = { .repo = repo, .index = index, .root = root, .prefix = prefix, .depth = depth };
	const size_t count = git_status_list_entrycount(list);
	for (size_t i = 0; i < count; i++) {
		add_change(c, &tree, git_status_byindex(list, i));
	}
	return 0;
}

/* NOLINTEND(misc-no-recursion) */

static int by_path(const void *a, const void *b)
{
	const struct change *x = a;
	const struct change *y = b;
	return strcmp(x->path, y->path);
}

/* SHA-256 over "LETTER PATH NUL CONTENT NUL" of each change, by path. */
static const char *changes_digest(const struct change_vec *changes, struct bd_arena *arena)
{
	AUTO(hash_auto) struct bd_hash *hash = bd_hash_new(BD_SHA256);
	uint8_t bytes[64];
	char hex[sizeof(bytes) * 2 + 1];
	qsort(changes->v, changes->len, sizeof(*changes->v), by_path);
	for (size_t i = 0; i < changes->len; i++) {
		const struct change *change = &changes->v[i];
		bd_hash_update(hash, &change->letter, 1);
		bd_hash_update(hash, " ", 1);
		bd_hash_update(hash, change->path, strlen(change->path) + 1);
		bd_hash_update(hash, change->content, strlen(change->content) + 1);
	}
	bd_hex(bytes, bd_hash_final(hash, bytes), hex);
	return bd_arena_printf(arena, "sha256:%s", hex);
}

static void read_dirty(git_repository *repo, struct bd_arena *arena, struct bd_vcs *out)
{
	AUTO(change_vec_release) struct comparison c = { .arena = arena };
	out->dirty = BD_CANNOT_TELL;
	if (git_repository_is_bare(repo) != 0 || compare_repository(repo, "", 0, &c) < 0) {
		return;
	}
	if (c.changes.len > 0) {
		out->dirty = BD_DIFFERENT;
		out->dirty_digest = c.unreadable ? NULL : changes_digest(&c.changes, arena);
	} else if (!c.unreadable) {
		out->dirty = BD_SAME;
	}
}

/* ---- all of it ------------------------------------------------------------------------------- */

static const char *root_of(git_repository *repo, struct bd_arena *arena)
{
	const char *root = git_repository_workdir(repo);
	if (root == NULL) {
		return NULL;
	}
	size_t n = strlen(root);
	n -= n > 1 && root[n - 1] == '/';
	return bd_arena_text(arena, root, n);
}

static int read_repository(
	const char *dir, struct bd_arena *arena, struct bd_vcs *out, const char **root_out, struct bd_error *err)
{
	AUTO(repository_auto) git_repository *repo = NULL;
	struct bd_vcs vcs = *out;
	if (open_repository(dir, &repo, err) < 0 || read_head(repo, arena, &vcs, err) < 0) {
		return -(int)err->code;
	}
	vcs.present = true;
	vcs.vcs = "git";
	read_remote(repo, arena, &vcs);
	read_dirty(repo, arena, &vcs);
	*out = vcs;
	if (root_out != NULL) {
		*root_out = root_of(repo, arena);
	}
	return 0;
}

static bool has_file(struct bd_buf *path, size_t dir_n, const char *name)
{
	path->n = dir_n;
	bd_buf_add_str(path, name);
	return access(bd_buf_str(path), F_OK) == 0;
}

/*
 * Could git_repository_open_ext find one?  libgit2 is not started for a folder without: it reads all certificates
 * that the machine trusts, which takes longer than many an image.
 */
static bool may_be_in_repository(const char *dir)
{
	AUTO(bd_buf_release) struct bd_buf path = { 0 };
	char *real = realpath(dir, NULL);
	if (real == NULL) {
		return true; /* libgit2 says why */
	}
	bd_buf_add_str(&path, real);
	free(real);
	for (size_t n = path.n;; n = bd_path_dir((struct bd_str){ path.p, n }).n) {
		if (has_file(&path, n, "/.git") || has_file(&path, n, "/HEAD")) { /* the latter of a bare one */
			return true;
		}
		if (n == 0) {
			return false;
		}
	}
}

int bd_git_read(
	const char *dir, struct bd_arena *arena, struct bd_vcs *out, const char **root_out, struct bd_error *err)
{
	if (!may_be_in_repository(dir)) {
		return not_found(dir, err);
	}
	/*
	 * Never shut down: that gives a pthread key back, which libcrypto (initialised by libssh2, which libgit2
	 * starts) then takes for its random generators.  With that key before its own destructor's, glibc forgets a
	 * thread's generator before libcrypto frees it.
	 */
	if (git_libgit2_init() < 0) {
		return bd_error_set(err, BD_ERR_IO, "libgit2: %s", last_message());
	}
	/* CI containers read checkouts of another user; reading alone runs nothing of theirs. */
	(void)git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	return read_repository(dir, arena, out, root_out, err);
}
