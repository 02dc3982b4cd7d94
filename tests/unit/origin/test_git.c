/* SPDX-License-Identifier: Apache-2.0 */
/* Real repositories, made by git itself in a temporary directory. */
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "basedrift/origin.h"

#include "base/auto.h"

struct scene {
	char dir[64];
	char repo[96];
	struct bd_arena arena;
	struct bd_vcs vcs;
	const char *root;
	struct bd_error err;
};

static void run(const char *dir, const char *const *args)
{
	const char *argv[16] = { "git", "-C", dir, "-c", "protocol.file.allow=always" };
	size_t n = 5;
	for (; *args != NULL; args++) {
		argv[n++] = *args;
	}
	pid_t pid;
	int status = -1;
	void *words = argv;
	posix_spawn_file_actions_t quiet;
	assert_int_equal(posix_spawn_file_actions_init(&quiet), 0);
	assert_int_equal(posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0), 0);
	assert_int_equal(posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0), 0);
	assert_int_equal(posix_spawnp(&pid, "git", &quiet, NULL, words, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)posix_spawn_file_actions_destroy(&quiet);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fail_msg("git %s … in %s failed", argv[5], dir);
	}
}
#define GIT(dir, ...) run((dir), (const char *const[]){ __VA_ARGS__, NULL })

static void put(const char *dir, const char *name, const char *text)
{
	char path[256];
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	AUTO(fclose_ptr) FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
}

static int remove_entry(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static int set_up(void **state)
{
	struct scene *s = bd_xcalloc(1, sizeof(*s));
	(void)snprintf(s->dir, sizeof(s->dir), "/tmp/basedrift-git-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	(void)snprintf(s->repo, sizeof(s->repo), "%s/repo", s->dir);
	assert_int_equal(setenv("HOME", s->dir, 1), 0);
	assert_int_equal(setenv("GIT_CONFIG_NOSYSTEM", "1", 1), 0);
	static const char *const fixed[] = { "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME",
		"GIT_COMMITTER_EMAIL" };
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(setenv(fixed[i], "someone", 1), 0);
	}
	assert_int_equal(setenv("GIT_AUTHOR_DATE", "2020-01-01T00:00:00Z", 1), 0);
	assert_int_equal(setenv("GIT_COMMITTER_DATE", "2020-01-01T00:00:00Z", 1), 0);
	GIT(s->dir, "init", "-q", "-b", "main", "repo");
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;
	(void)nftw(s->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	bd_arena_release(&s->arena);
	free(s);
	return 0;
}

static void commit_files(struct scene *s)
{
	put(s->repo, "a.txt", "one\n");
	put(s->repo, "b.txt", "two\n");
	put(s->repo, ".gitignore", "*.o\n");
	GIT(s->repo, "add", ".");
	GIT(s->repo, "commit", "-q", "-m", "first");
}

static void read_dir(struct scene *s, const char *dir)
{
	s->vcs = (struct bd_vcs){ .target = "kept" };
	s->root = NULL;
	if (bd_git_read(dir, &s->arena, &s->vcs, &s->root, &s->err) < 0) {
		fail_msg("%s", s->err.msg);
	}
	assert_string_equal(s->vcs.vcs, "git");
	assert_true(s->vcs.present);
	assert_string_equal(s->vcs.target, "kept");
}

static void test_bd_git_read_clean(void **state)
{
	struct scene *s = *state;
	commit_files(s);
	put(s->repo, "built.o", "ignored");
	GIT(s->repo, "remote", "add", "origin", "https://u:secret@example.org/x.git");
	read_dir(s, s->repo);
	/* blobs, names and dates are fixed, so are the ids */
	assert_string_equal(s->vcs.tree, "68aebcc58db6f5193ecc3da5690343ced60ec204");
	assert_int_equal(strlen(s->vcs.commit), 40);
	assert_string_equal(s->vcs.branch, "main");
	assert_string_equal(s->vcs.remote, "https://example.org/x.git");
	assert_int_equal(s->vcs.dirty, BD_SAME);
	assert_null(s->vcs.dirty_digest);
	assert_string_equal(s->root, s->repo);
	GIT(s->repo, "remote", "set-url", "origin", "git@example.org:x/y.git");
	read_dir(s, s->repo);
	assert_string_equal(s->vcs.remote, "git@example.org:x/y.git");
}

static void test_bd_git_read_below_root(void **state)
{
	struct scene *s = *state;
	char below[128];
	commit_files(s);
	(void)snprintf(below, sizeof(below), "%s/sub", s->repo);
	assert_int_equal(mkdir(below, 0755), 0);
	read_dir(s, below);
	assert_string_equal(s->root, s->repo);
}

static void test_bd_git_read_none(void **state)
{
	struct scene *s = *state;
	struct bd_vcs vcs = { .branch = "untouched" };
	assert_int_equal(bd_git_read(s->dir, &s->arena, &vcs, NULL, &s->err), -BD_ERR_NOT_FOUND);
	assert_string_equal(vcs.branch, "untouched");
	assert_false(vcs.present);
	assert_int_equal(bd_git_read("/nowhere/at/all", &s->arena, &vcs, NULL, &s->err), -BD_ERR_NOT_FOUND);
}

static void test_bd_git_read_detached(void **state)
{
	struct scene *s = *state;
	commit_files(s);
	GIT(s->repo, "checkout", "-q", "--detach");
	read_dir(s, s->repo);
	assert_null(s->vcs.branch);
	assert_non_null(s->vcs.commit);
	assert_null(s->vcs.remote);
}

static void test_bd_git_read_unborn(void **state)
{
	struct scene *s = *state;
	read_dir(s, s->repo);
	assert_null(s->vcs.commit);
	assert_null(s->vcs.tree);
	assert_string_equal(s->vcs.branch, "main");
	assert_int_equal(s->vcs.dirty, BD_SAME);
	put(s->repo, "x", "y");
	read_dir(s, s->repo);
	assert_int_equal(s->vcs.dirty, BD_DIFFERENT);
}

/* The digest after one change; the work tree is put back by the caller. */
static const char *dirty_digest(struct scene *s)
{
	read_dir(s, s->repo);
	assert_int_equal(s->vcs.dirty, BD_DIFFERENT);
	assert_non_null(s->vcs.dirty_digest);
	assert_true(bd_digest_valid(s->vcs.dirty_digest));
	return s->vcs.dirty_digest;
}

static void test_bd_git_read_dirty(void **state)
{
	struct scene *s = *state;
	char path[128];
	commit_files(s);
	put(s->repo, "a.txt", "changed\n");
	const char *unstaged = dirty_digest(s);
	GIT(s->repo, "add", "a.txt");
	assert_string_equal(dirty_digest(s), unstaged); /* staging changes nothing that is built */
	put(s->repo, "a.txt", "changed more\n");
	assert_string_not_equal(dirty_digest(s), unstaged);
	put(s->repo, "a.txt", "changed\n");
	assert_string_equal(dirty_digest(s), unstaged);
	put(s->repo, "new.txt", "n");
	const char *untracked = dirty_digest(s);
	assert_string_not_equal(untracked, unstaged);
	(void)snprintf(path, sizeof(path), "%s/new.txt", s->repo);
	assert_int_equal(chmod(path, 0755), 0);
	assert_string_not_equal(dirty_digest(s), untracked);
	GIT(s->repo, "reset", "-q", "--hard");
	GIT(s->repo, "clean", "-qfd");
	read_dir(s, s->repo);
	assert_int_equal(s->vcs.dirty, BD_SAME);
}

static void test_bd_git_read_deleted_and_links(void **state)
{
	struct scene *s = *state;
	char path[128];
	commit_files(s);
	(void)snprintf(path, sizeof(path), "%s/a.txt", s->repo);
	assert_int_equal(unlink(path), 0);
	const char *deleted = dirty_digest(s);
	assert_int_equal(symlink("b.txt", path), 0);
	const char *linked = dirty_digest(s);
	assert_string_not_equal(linked, deleted);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("c.txt", path), 0);
	assert_string_not_equal(dirty_digest(s), linked);
}

static void test_bd_git_read_unreadable(void **state)
{
	struct scene *s = *state;
	char path[128];
	commit_files(s);
	(void)snprintf(path, sizeof(path), "%s/pipe", s->repo);
	assert_int_equal(mkfifo(path, 0644), 0); /* not waited for */
	read_dir(s, s->repo);
	assert_int_not_equal(s->vcs.dirty, BD_CANNOT_TELL);
}

static void test_bd_git_read_shallow(void **state)
{
	struct scene *s = *state;
	char url[128];
	char clone[96];
	commit_files(s);
	put(s->repo, "a.txt", "second\n");
	GIT(s->repo, "commit", "-q", "-a", "-m", "second");
	read_dir(s, s->repo);
	const char *commit = s->vcs.commit;
	const char *tree = s->vcs.tree;
	(void)snprintf(url, sizeof(url), "file://%s", s->repo);
	(void)snprintf(clone, sizeof(clone), "%s/clone", s->dir);
	GIT(s->dir, "clone", "-q", "--depth", "1", url, "clone");
	read_dir(s, clone);
	assert_string_equal(s->vcs.commit, commit);
	assert_string_equal(s->vcs.tree, tree);
	assert_int_equal(s->vcs.dirty, BD_SAME);
}

static void test_bd_git_read_worktree(void **state)
{
	struct scene *s = *state;
	char tree[96];
	commit_files(s);
	GIT(s->repo, "worktree", "add", "-q", "-b", "side", "../tree");
	(void)snprintf(tree, sizeof(tree), "%s/tree", s->dir);
	put(tree, "a.txt", "x");
	read_dir(s, tree);
	assert_string_equal(s->vcs.branch, "side");
	assert_string_equal(s->root, tree);
	assert_int_equal(s->vcs.dirty, BD_DIFFERENT);
	read_dir(s, s->repo);
	assert_int_equal(s->vcs.dirty, BD_SAME);
}

static void test_bd_git_read_bare(void **state)
{
	struct scene *s = *state;
	char bare[96];
	commit_files(s);
	GIT(s->dir, "clone", "-q", "--bare", "repo", "bare");
	(void)snprintf(bare, sizeof(bare), "%s/bare", s->dir);
	read_dir(s, bare);
	assert_non_null(s->vcs.tree);
	assert_null(s->root);
	assert_int_equal(s->vcs.dirty, BD_CANNOT_TELL);
}

static void test_bd_git_read_submodule(void **state)
{
	struct scene *s = *state;
	char clone[96];
	char inside[128];
	commit_files(s);
	GIT(s->dir, "clone", "-q", "repo", "outer");
	(void)snprintf(clone, sizeof(clone), "%s/outer", s->dir);
	(void)snprintf(inside, sizeof(inside), "%s/sub", clone);
	GIT(clone, "submodule", "add", "-q", "../repo", "sub");
	GIT(clone, "commit", "-q", "-m", "sub");
	read_dir(s, clone);
	assert_int_equal(s->vcs.dirty, BD_SAME);
	put(inside, "a.txt", "in the submodule");
	read_dir(s, clone);
	assert_int_equal(s->vcs.dirty, BD_DIFFERENT);
	const char *first = s->vcs.dirty_digest;
	put(inside, "a.txt", "in the submodule!");
	read_dir(s, clone);
	assert_string_not_equal(s->vcs.dirty_digest, first);
	/* not checked out, as most CI leaves it: clean */
	GIT(clone, "submodule", "deinit", "-q", "-f", "sub");
	read_dir(s, clone);
	assert_int_equal(s->vcs.dirty, BD_SAME);
}

static void test_bd_git_read_sparse(void **state)
{
	struct scene *s = *state;
	char deep[128];
	(void)snprintf(deep, sizeof(deep), "%s/deep", s->repo);
	assert_int_equal(mkdir(deep, 0755), 0);
	put(deep, "x", "y");
	commit_files(s);
	GIT(s->repo, "sparse-checkout", "set", "--no-cone", "/*.txt", "/.gitignore");
	assert_int_not_equal(access(deep, F_OK), 0);
	read_dir(s, s->repo);
	assert_int_equal(s->vcs.dirty, BD_SAME);
}

static void test_bd_git_read_lfs(void **state)
{
	struct scene *s = *state;
	char text[BD_DIGEST_TEXT];
	char pointer[256];
	bd_sha256_text("large\n", 6, text);
	(void)snprintf(pointer, sizeof(pointer), "version https://git-lfs.github.com/spec/v1\noid %s\nsize 6\n", text);
	put(s->repo, ".gitattributes", "*.bin filter=lfs\n");
	put(s->repo, "x.bin", pointer);
	commit_files(s);
	put(s->repo, "x.bin", "large\n");
	read_dir(s, s->repo);
	assert_int_equal(s->vcs.dirty, BD_SAME);
	put(s->repo, "x.bin", "other\n");
	read_dir(s, s->repo);
	assert_int_equal(s->vcs.dirty, BD_DIFFERENT);
	put(s->repo, "a.txt", pointer); /* not an LFS file */
	put(s->repo, "x.bin", "large\n");
	read_dir(s, s->repo);
	assert_int_equal(s->vcs.dirty, BD_DIFFERENT);
}

static void test_bd_git_read_sha256(void **state)
{
	struct scene *s = *state;
	char path[96];
	struct bd_vcs vcs = { .present = false };
	GIT(s->dir, "init", "-q", "--object-format=sha256", "wide");
	(void)snprintf(path, sizeof(path), "%s/wide", s->dir);
	assert_int_equal(bd_git_read(path, &s->arena, &vcs, NULL, &s->err), -BD_ERR_UNSUPPORTED);
	assert_non_null(strstr(s->err.msg, "SHA-256"));
	assert_false(vcs.present);
}

static void test_bd_git_read_other_owner(void **state)
{
	struct scene *s = *state;
	commit_files(s);
	if (geteuid() != 0) {
		skip();
	}
	assert_int_equal(chown(s->repo, 12345, 12345), 0);
	read_dir(s, s->repo);
	assert_non_null(s->vcs.commit);
}

/* Unchanged by the index's own word: not opened (the access time would show it, were it kept; so take the right away).
 */
static void test_bd_git_read_trusts_index(void **state)
{
	struct scene *s = *state;
	char path[128];
	const struct timespec old[2] = { { .tv_sec = 1500000000 }, { .tv_sec = 1500000000 } };
	commit_files(s);
	(void)snprintf(path, sizeof(path), "%s/a.txt", s->repo);
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	GIT(s->repo, "update-index", "--refresh");
	/* same size, same times, other bytes: only who reads the file notices */
	put(s->repo, "a.txt", "ONE\n");
	assert_int_equal(utimensat(AT_FDCWD, path, old, 0), 0);
	GIT(s->repo, "config", "core.trustctime", "false");
	read_dir(s, s->repo);
	assert_int_equal(s->vcs.dirty, BD_SAME);
}

static void test_bd_git_read_broken(void **state)
{
	struct scene *s = *state;
	struct bd_vcs vcs = { .present = false };
	commit_files(s);
	put(s->repo, ".git/refs/heads/main", "not a commit id\n");
	assert_int_equal(bd_git_read(s->repo, &s->arena, &vcs, NULL, &s->err), -BD_ERR_FORMAT);
	assert_non_null(strstr(s->err.msg, "HEAD"));
}

static void test_bd_git_library_name(void **state)
{
	(void)state;
	assert_int_equal(strncmp(bd_git_library(), "libgit2 ", 8), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_bd_git_read_clean),
		TEST(test_bd_git_read_below_root),
		TEST(test_bd_git_read_none),
		TEST(test_bd_git_read_detached),
		TEST(test_bd_git_read_unborn),
		TEST(test_bd_git_read_dirty),
		TEST(test_bd_git_read_deleted_and_links),
		TEST(test_bd_git_read_unreadable),
		TEST(test_bd_git_read_shallow),
		TEST(test_bd_git_read_worktree),
		TEST(test_bd_git_read_bare),
		TEST(test_bd_git_read_submodule),
		TEST(test_bd_git_read_sparse),
		TEST(test_bd_git_read_lfs),
		TEST(test_bd_git_read_sha256),
		TEST(test_bd_git_read_other_owner),
		TEST(test_bd_git_read_trusts_index),
		TEST(test_bd_git_read_broken),
		cmocka_unit_test(test_bd_git_library_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
